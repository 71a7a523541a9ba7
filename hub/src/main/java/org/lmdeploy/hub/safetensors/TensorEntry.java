package org.lmdeploy.hub.safetensors;

import org.lmdeploy.api.tensor.Shape;

/**
 * One tensor of a header.
 *
 * @param name its name
 * @param type element type
 * @param shape sizes of the dimensions
 * @param begin first byte, counted from the end of the header
 * @param end byte behind the last
 */
record TensorEntry(String name, ElementType type, Shape shape, long begin, long end) {
  long bytes() {
    return end - begin;
  }
}

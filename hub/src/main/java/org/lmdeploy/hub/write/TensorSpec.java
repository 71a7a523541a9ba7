package org.lmdeploy.hub.write;

import java.util.Objects;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;

/**
 * A tensor to be written with random values.
 *
 * @param name its name
 * @param dtype F32, F16 or BF16
 * @param shape sizes of the dimensions
 * @param mean middle of the values
 * @param deviation standard deviation of the values, which are spread evenly
 */
public record TensorSpec(String name, DType dtype, Shape shape, float mean, float deviation)
    implements StoredTensor {
  /** Checks the type. */
  public TensorSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(shape, "shape");
    if (!dtype.isFloat()) {
      throw new IllegalArgumentException("random values need a floating-point type, not " + dtype);
    }
  }

  @Override
  public String type() {
    return dtype.name();
  }

  @Override
  public long bytes() {
    return Math.multiplyExact(shape.elements(), (long) dtype.bytes());
  }
}

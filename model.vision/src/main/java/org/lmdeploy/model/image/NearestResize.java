package org.lmdeploy.model.image;

import org.lmdeploy.api.image.RgbImage;

/**
 * Pillow's {@code NEAREST}: output {@code i} copies input {@code ⌊(i + 0.5) · scale⌋}. The position
 * is advanced by adding the scale, as Pillow does, because the rounding of that sum decides which
 * neighbour wins at a tie.
 */
final class NearestResize {

  private NearestResize() {}

  static RgbImage resize(RgbImage image, int width, int height) {
    int[] columns = positions(image.width(), width);
    int[] rows = positions(image.height(), height);
    RgbImage result = Pixels.blank(width, height);
    byte[] from = image.rgb();
    byte[] to = result.rgb();
    int out = 0;
    for (int row : rows) {
      for (int column : columns) {
        int in = Pixels.offset(image, column, row);
        to[out++] = from[in];
        to[out++] = from[in + 1];
        to[out++] = from[in + 2];
      }
    }
    return result;
  }

  private static int[] positions(int inputSize, int outputSize) {
    double scale = (double) inputSize / outputSize;
    int[] positions = new int[outputSize];
    double position = scale * 0.5;
    for (int i = 0; i < outputSize; i++, position += scale) {
      positions[i] = Math.min((int) position, inputSize - 1);
    }
    return positions;
  }
}

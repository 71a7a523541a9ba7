package org.lmdeploy.model.image;

import org.lmdeploy.api.image.RgbImage;

/** The two passes with nothing but loops, as a reference. */
final class PlainResize {

  private PlainResize() {}

  static RgbImage columns(RgbImage image, int width, Filter filter) {
    if (width == image.width()) {
      return image;
    }
    AxisWeights axis = AxisWeights.of(image.width(), width, filter);
    RgbImage result = Pixels.blank(width, image.height());
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          double sum = 0;
          for (int t = 0; t < axis.count()[x]; t++) {
            sum +=
                (double) axis.weights()[x * axis.taps() + t]
                    * (image.rgb()[Pixels.offset(image, axis.first()[x] + t, y) + c] & 0xff);
          }
          result.rgb()[Pixels.offset(result, x, y) + c] = round(sum);
        }
      }
    }
    return result;
  }

  static RgbImage rows(RgbImage image, int height, Filter filter) {
    return transpose(columns(transpose(image), height, filter));
  }

  private static RgbImage transpose(RgbImage image) {
    RgbImage result = Pixels.blank(image.height(), image.width());
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        System.arraycopy(
            image.rgb(), Pixels.offset(image, x, y), result.rgb(), Pixels.offset(result, y, x), 3);
      }
    }
    return result;
  }

  private static byte round(double fixedPoint) {
    return (byte)
        Math.clamp((long) Math.floor(fixedPoint / (1 << AxisWeights.PRECISION) + 0.5), 0, 255);
  }
}

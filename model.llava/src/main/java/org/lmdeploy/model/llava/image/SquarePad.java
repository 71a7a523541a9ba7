package org.lmdeploy.model.llava.image;

import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.model.image.Filter;
import org.lmdeploy.model.image.Parallel;
import org.lmdeploy.model.image.PillowResize;
import org.lmdeploy.model.image.Pixels;

/**
 * Pads an image to a square with one colour and resizes it; the image stands in the middle, an odd
 * margin is larger at the end. The square itself, which can be a hundred times as large as a thin
 * image, is never made as a whole: its rows are resized in bands, then all columns, which is the
 * order of Pillow's two passes.
 */
final class SquarePad {
  private static final int BAND = 64;

  private SquarePad() {}

  static RgbImage apply(RgbImage image, int size, int[] colour, Filter filter, Parallel parallel) {
    int side = Math.max(image.width(), image.height());
    int x = (side - image.width()) / 2;
    int y = (side - image.height()) / 2;
    RgbImage narrow =
        new RgbImage(size, image.height(), new byte[image.height() * size * Pixels.CHANNELS]);
    parallel.forEach(
        Math.ceilDiv(image.height(), BAND),
        band -> {
          int first = band * BAND;
          int rows = Math.min(BAND, image.height() - first);
          RgbImage cut = Pixels.crop(image, 0, first, image.width(), rows);
          RgbImage padded = Pixels.onCanvas(cut, side, rows, x, 0, colour);
          RgbImage resized = PillowResize.resize(padded, size, rows, filter);
          System.arraycopy(
              resized.rgb(), 0, narrow.rgb(), first * size * Pixels.CHANNELS, resized.rgb().length);
        });
    // a row of one colour stays that when it is resized
    RgbImage tall = Pixels.onCanvas(narrow, size, side, 0, y, colour);
    return PillowResize.resize(tall, size, size, filter, parallel);
  }
}

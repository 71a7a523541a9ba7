package org.lmdeploy.testkit.reference;

/** Rearrangements of images. */
final class Images {
  private Images() {}

  static void patchify(ReferenceTensor images, int patch, ReferenceTensor to) {
    int channels = Math.toIntExact(images.shape().dim(1));
    int height = Math.toIntExact(images.shape().dim(2));
    int width = Math.toIntExact(images.shape().dim(3));
    int across = width / patch;
    int perImage = height / patch * across;
    for (int row = 0; row < to.rows(); row++) {
      int image = row / perImage;
      int top = row % perImage / across * patch;
      int left = row % across * patch;
      for (int column = 0; column < to.columns(); column++) {
        int channel = column / (patch * patch);
        int y = top + column / patch % patch;
        int x = left + column % patch;
        to.set(
            row,
            column,
            images.get(((long) (image * channels + channel) * height + y) * width + x));
      }
    }
  }

  static void pixelShuffle(
      ReferenceTensor x, int height, int width, int factor, int version, ReferenceTensor to) {
    int channels = x.columns();
    int down = height / factor;
    int across = width / factor;
    for (int row = 0; row < to.rows(); row++) {
      int place = row % (down * across);
      int placeY = version == 2 ? place / across : place % down;
      int placeX = version == 2 ? place % across : place / down;
      for (int column = 0; column < to.columns(); column++) {
        int y = placeY * factor + column / (channels * factor);
        int left = placeX * factor + column / channels % factor;
        int source = (row / (down * across) * height + y) * width + left;
        to.set(row, column, x.get(source, column % channels));
      }
    }
  }
}

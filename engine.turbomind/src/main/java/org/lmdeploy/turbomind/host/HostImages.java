package org.lmdeploy.turbomind.host;

import java.lang.foreign.MemorySegment;
import org.lmdeploy.turbomind.host.kernel.FloatRows;
import org.lmdeploy.turbomind.host.kernel.Gather;
import org.lmdeploy.turbomind.host.kernel.Workers;

/** Operators that move the elements of images and of their grids of embeddings. */
final class HostImages {
  /** Takes memory for a result. */
  @FunctionalInterface
  interface Allocator {
    HostBuffer empty(long... shape);
  }

  private HostImages() {}

  static HostBuffer patchify(Workers workers, HostBuffer images, int patch, Allocator memory) {
    Buffers.require(images.shape().rank() == 4, "images [n, channels, height, width]", images);
    int count = Math.toIntExact(images.shape().dim(0));
    int channels = Math.toIntExact(images.shape().dim(1));
    int height = Math.toIntExact(images.shape().dim(2));
    int width = Math.toIntExact(images.shape().dim(3));
    Buffers.require(
        patch > 0 && height % patch == 0 && width % patch == 0,
        "images of whole patches of " + patch,
        images);
    int patches = height / patch * (width / patch);
    int columns = channels * patch * patch;
    HostBuffer out = memory.empty((long) count * patches, columns);
    for (int i = 0; i < count; i++) {
      long image = 4L * i * channels * height * width;
      long target = 4L * i * patches * columns;
      Gather.patches(
          workers,
          images.data(),
          image,
          channels,
          height,
          width,
          patch,
          new FloatRows(out.data(), target, columns));
    }
    return out;
  }

  /**
   * The published code views an image's grid as [width, height, channels] and moves a factor of
   * each of the first two dimensions into the channels: place (i, j) of the result holds, in this
   * order of channels, the rows (i * factor + a, j * factor + b) for all a, then b. Version 1
   * forgets to swap the first two dimensions back.
   */
  static HostBuffer pixelShuffle(
      HostBuffer x, int height, int width, int factor, int version, Allocator memory) {
    Buffers.require(
        factor > 0
            && height % factor == 0
            && width % factor == 0
            && (version == 1 || version == 2)
            && x.rowCount() % (height * width) == 0,
        "grids of " + height + " x " + width + " for a shuffle by " + factor + ", v" + version,
        x);
    int images = x.rowCount() / (height * width);
    int outHeight = height / factor;
    int outWidth = width / factor;
    long rowBytes = 4L * x.columns();
    HostBuffer out =
        memory.empty((long) images * outHeight * outWidth, (long) x.columns() * factor * factor);
    long target = 0;
    for (int image = 0; image < images; image++) {
      long base = (long) image * height * width;
      for (int place = 0; place < outHeight * outWidth; place++) {
        int row = version == 2 ? place / outWidth : place % outHeight;
        int column = version == 2 ? place % outWidth : place / outHeight;
        for (int a = 0; a < factor; a++) {
          for (int b = 0; b < factor; b++) {
            long source = base + (long) (row * factor + a) * width + column * factor + b;
            MemorySegment.copy(x.data(), source * rowBytes, out.data(), target, rowBytes);
            target += rowBytes;
          }
        }
      }
    }
    return out;
  }
}

package org.lmdeploy.runtime.image;

import java.io.IOException;
import org.lmdeploy.api.image.RgbImage;

/** BMP; its header's size decides where width and height stand. */
final class BmpDecoder {

  /** The header of OS/2 1.x, the only one with 16-bit sizes. */
  private static final int CORE_HEADER = 12;

  private BmpDecoder() {}

  static RgbImage decode(byte[] file, ImageLimits limits) throws IOException {
    Bytes bytes = new Bytes(file);
    if (bytes.u32le(14) == CORE_HEADER) {
      limits.check(ImageFormat.BMP, bytes.u16le(18), bytes.u16le(20));
    } else {
      // A negative height means rows from the top.
      limits.check(ImageFormat.BMP, (int) bytes.u32le(18), Math.abs((long) (int) bytes.u32le(22)));
    }
    return RasterPixels.rgb(JdkReaders.read(ImageFormat.BMP, file));
  }
}

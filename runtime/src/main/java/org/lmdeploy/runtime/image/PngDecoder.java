package org.lmdeploy.runtime.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import org.lmdeploy.api.image.RgbImage;

/**
 * PNG. The header is the first chunk:
 *
 * <pre>
 * 0..7 signature | 8..11 length | 12..15 "IHDR" | 16..19 width | 20..23 height | 24 bit depth | 25 colour type
 * </pre>
 */
final class PngDecoder {

  private PngDecoder() {}

  static RgbImage decode(byte[] file, ImageLimits limits) throws IOException {
    Bytes bytes = new Bytes(file);
    if (!bytes.tag(12, "IHDR")) {
      throw ImageFormat.PNG.error("it does not begin with a header");
    }
    limits.check(ImageFormat.PNG, bytes.u32be(16), bytes.u32be(20));
    boolean gray16 = bytes.u8(24) == 16 && bytes.u8(25) == 0;
    BufferedImage image = JdkReaders.read(ImageFormat.PNG, file);
    return gray16 ? RasterPixels.clippedGray(image.getRaster()) : RasterPixels.rgb(image);
  }
}

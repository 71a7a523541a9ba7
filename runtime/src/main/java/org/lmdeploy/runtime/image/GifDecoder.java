package org.lmdeploy.runtime.image;

import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import org.lmdeploy.api.image.RgbImage;

/**
 * The first frame of a GIF, on its screen. What the frame leaves uncovered shows the transparent
 * colour, if there is one, else colour 0 of its palette.
 *
 * <pre>
 * 0..5 "GIF89a" | 6..7 screen width | 8..9 screen height | 10 flags | 11 background | 12 aspect | global palette
 * then blocks: 0x21 label sub-blocks, or 0x2C left top width height flags (16 bits each but the flags) and the frame's data
 * </pre>
 */
final class GifDecoder {

  private static final int EXTENSION = 0x21;
  private static final int FRAME = 0x2C;
  private static final int GRAPHIC_CONTROL = 0xF9;

  private GifDecoder() {}

  static RgbImage decode(byte[] file, ImageLimits limits) throws IOException {
    Bytes bytes = new Bytes(file);
    int transparent = 0;
    int at = 13 + paletteBytes(bytes.u8(10));
    while (bytes.u8(at) != FRAME) {
      if (bytes.u8(at) != EXTENSION) {
        throw ImageFormat.GIF.error("it has no frame");
      }
      if (bytes.u8(at + 1) == GRAPHIC_CONTROL && (bytes.u8(at + 3) & 1) == 1) {
        transparent = bytes.u8(at + 6);
      }
      at = skipSubBlocks(bytes, at + 2);
    }
    int left = bytes.u16le(at + 1);
    int top = bytes.u16le(at + 3);
    // A frame that reaches beyond the screen enlarges it.
    int width = Math.max(bytes.u16le(6), left + bytes.u16le(at + 5));
    int height = Math.max(bytes.u16le(8), top + bytes.u16le(at + 7));
    limits.check(ImageFormat.GIF, width, height);
    BufferedImage frame = JdkReaders.read(ImageFormat.GIF, file);
    RgbImage pixels = RasterPixels.rgb(frame);
    if (pixels.width() == width && pixels.height() == height) {
      return pixels;
    }
    return Canvas.filled(width, height, RasterPixels.paletteColour(frame, transparent))
        .paste(pixels, left, top)
        .image();
  }

  private static int paletteBytes(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
  }

  /**
   * Where the next block begins, after sub-blocks of a length byte and as many bytes, ended by a
   * length of 0.
   */
  private static int skipSubBlocks(Bytes bytes, int at) throws EOFException {
    int length = bytes.u8(at);
    while (length != 0) {
      at += 1 + length;
      length = bytes.u8(at);
    }
    return at + 1;
  }
}

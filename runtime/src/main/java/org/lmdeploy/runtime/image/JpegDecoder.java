package org.lmdeploy.runtime.image;

import java.awt.image.Raster;
import java.io.IOException;
import org.lmdeploy.api.image.RgbImage;

/**
 * JPEG. The JDK's library only undoes the compression; colours are converted here, because ImageIO
 * would apply embedded profiles and refuses CMYK.
 *
 * <p>The conversion is that of JFIF in 16-bit fixed point: {@code R = Y + 1.402 Cr', G = Y -
 * 0.344136 Cb' - 0.714136 Cr', B = Y + 1.772 Cb'} with {@code Cb' = Cb - 128}.
 *
 * @see <a href="https://www.w3.org/Graphics/JPEG/jfif3.pdf">JFIF 1.02, conversion to and from
 *     RGB</a>
 */
final class JpegDecoder {

  private static final int HALF = 1 << 15;
  private static final int RED_CR = fixed(1.40200);
  private static final int GREEN_CB = fixed(0.34414);
  private static final int GREEN_CR = fixed(0.71414);
  private static final int BLUE_CB = fixed(1.77200);

  private JpegDecoder() {}

  static RgbImage decode(byte[] file, ImageLimits limits) throws IOException {
    JpegHeader header = JpegHeader.read(new Bytes(file), limits);
    Raster raster = JdkReaders.use(ImageFormat.JPEG, file, reader -> reader.readRaster(0, null));
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    byte[] rgb = new byte[width * height * 3];
    byte[] row = new byte[width * bands];
    for (int y = 0; y < height; y++) {
      raster.getDataElements(0, y, width, 1, row);
      int at = y * width * 3;
      switch (header.colours()) {
        case GRAY -> spread(row, rgb, at);
        case RGB -> System.arraycopy(row, 0, rgb, at, row.length);
        case YCBCR -> yCbCr(row, 3, rgb, at);
        case CMYK -> invertedCmyk(row, rgb, at);
        case YCCK -> {
          yCbCr(row, 4, rgb, at);
          invert(rgb, at, width * 3);
          black(row, rgb, at);
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private static int fixed(double factor) {
    return (int) (factor * 65536 + 0.5);
  }

  private static void spread(byte[] gray, byte[] rgb, int at) {
    for (byte sample : gray) {
      rgb[at++] = sample;
      rgb[at++] = sample;
      rgb[at++] = sample;
    }
  }

  private static void yCbCr(byte[] row, int bands, byte[] rgb, int at) {
    for (int i = 0; i < row.length; i += bands, at += 3) {
      int y = row[i] & 0xff;
      int cb = (row[i + 1] & 0xff) - 128;
      int cr = (row[i + 2] & 0xff) - 128;
      rgb[at] = clamp(y + (RED_CR * cr + HALF >> 16));
      rgb[at + 1] = clamp(y + (-GREEN_CB * cb - GREEN_CR * cr + HALF >> 16));
      rgb[at + 2] = clamp(y + (BLUE_CB * cb + HALF >> 16));
    }
  }

  /**
   * Adobe stores 255 less the ink, so that a stored sample is already the light that the ink
   * leaves.
   */
  private static void invertedCmyk(byte[] row, byte[] rgb, int at) {
    for (int i = 0; i < row.length; i += 4, at += 3) {
      rgb[at] = row[i];
      rgb[at + 1] = row[i + 1];
      rgb[at + 2] = row[i + 2];
    }
    black(row, rgb, at - row.length / 4 * 3);
  }

  /** YCCK encodes the inks as if they were light. */
  private static void invert(byte[] rgb, int at, int length) {
    for (int i = at; i < at + length; i++) {
      rgb[i] = (byte) ~rgb[i];
    }
  }

  /**
   * Takes the black ink off: {@code light = K - round(ink · K / 255)}, with the stored K, which is
   * light too.
   */
  private static void black(byte[] row, byte[] rgb, int at) {
    for (int i = 3; i < row.length; i += 4) {
      int light = row[i] & 0xff;
      for (int c = 0; c < 3; c++, at++) {
        int ink = 255 - (rgb[at] & 0xff);
        rgb[at] = clamp(light - divideBy255(ink * light));
      }
    }
  }

  /** {@code round(product / 255)} for products of two bytes. */
  private static int divideBy255(int product) {
    int rounded = product + 128;
    return (rounded >> 8) + rounded >> 8;
  }

  private static byte clamp(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}

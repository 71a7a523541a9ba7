package org.lmdeploy.runtime.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import org.lmdeploy.api.image.RgbImage;

/**
 * The stored samples of a decoded image as RGB. Colour spaces are not looked at: Java would convert
 * gray by a gamma curve and would apply embedded profiles, Pillow does neither.
 */
final class RasterPixels {

  private RasterPixels() {}

  static RgbImage rgb(BufferedImage image) {
    Raster raster = image.getRaster();
    return switch (image.getColorModel()) {
      case IndexColorModel palette -> fromPalette(raster, palette);
      case DirectColorModel masks -> fromMasks(raster, masks);
      case ColorModel _ -> fromBands(raster);
    };
  }

  /** Colour {@code index} of the image's palette as {@code 0xRRGGBB}, black if there is none. */
  static int paletteColour(BufferedImage image, int index) {
    return image.getColorModel() instanceof IndexColorModel palette && index < palette.getMapSize()
        ? palette.getRGB(index) & 0xffffff
        : 0;
  }

  /** 16-bit gray in Pillow's manner: not scaled but clipped to 255. */
  static RgbImage clippedGray(Raster raster) {
    return rows(
        raster,
        (samples, rgb, at) -> {
          int bands = raster.getNumBands();
          for (int x = 0; x < raster.getWidth(); x++) {
            byte gray = (byte) Math.min(255, samples[x * bands]);
            gray(rgb, at + 3 * x, gray);
          }
        });
  }

  private static RgbImage fromPalette(Raster raster, IndexColorModel palette) {
    int[] colours = new int[Math.max(256, palette.getMapSize())];
    palette.getRGBs(colours);
    return rows(
        raster,
        (samples, rgb, at) -> {
          for (int x = 0; x < raster.getWidth(); x++) {
            int colour = colours[samples[x]];
            rgb[at + 3 * x] = (byte) (colour >> 16);
            rgb[at + 3 * x + 1] = (byte) (colour >> 8);
            rgb[at + 3 * x + 2] = (byte) colour;
          }
        });
  }

  /**
   * Fields of a 16- or 32-bit pixel, which the raster delivers as bands; {@code n} bits become
   * {@code v * 255 / (2^n - 1)}.
   */
  private static RgbImage fromMasks(Raster raster, DirectColorModel model) {
    int bands = raster.getNumBands();
    int[] largest = new int[3];
    for (int c = 0; c < 3; c++) {
      largest[c] = Math.max(1, (1 << model.getComponentSize(c)) - 1);
    }
    return rows(
        raster,
        (samples, rgb, at) -> {
          for (int x = 0; x < raster.getWidth(); x++) {
            for (int c = 0; c < 3; c++) {
              rgb[at + 3 * x + c] = (byte) (samples[x * bands + c] * 255 / largest[c]);
            }
          }
        });
  }

  /**
   * Gray, gray and alpha, RGB, or RGB and alpha, of 8 or 16 bits; 16 bits keep their upper byte.
   */
  private static RgbImage fromBands(Raster raster) {
    int bands = raster.getNumBands();
    if (bands == 3 && raster.getTransferType() == DataBuffer.TYPE_BYTE) {
      return new RgbImage(
          raster.getWidth(),
          raster.getHeight(),
          (byte[])
              raster.getDataElements(
                  raster.getMinX(), raster.getMinY(), raster.getWidth(), raster.getHeight(), null));
    }
    int shift = raster.getDataBuffer().getDataType() == DataBuffer.TYPE_USHORT ? 8 : 0;
    return rows(
        raster,
        (samples, rgb, at) -> {
          for (int x = 0; x < raster.getWidth(); x++) {
            if (bands < 3) {
              gray(rgb, at + 3 * x, (byte) (samples[x * bands] >> shift));
            } else {
              rgb[at + 3 * x] = (byte) (samples[x * bands] >> shift);
              rgb[at + 3 * x + 1] = (byte) (samples[x * bands + 1] >> shift);
              rgb[at + 3 * x + 2] = (byte) (samples[x * bands + 2] >> shift);
            }
          }
        });
  }

  private static void gray(byte[] rgb, int at, byte gray) {
    rgb[at] = gray;
    rgb[at + 1] = gray;
    rgb[at + 2] = gray;
  }

  /**
   * Turns a row of samples, {@code [width, bands]}, into the RGB bytes that begin at {@code at}.
   */
  private interface Row {
    void convert(int[] samples, byte[] rgb, int at);
  }

  private static RgbImage rows(Raster raster, Row row) {
    int width = raster.getWidth();
    byte[] rgb = new byte[width * raster.getHeight() * 3];
    int[] samples = new int[width * raster.getNumBands()];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
      row.convert(samples, rgb, y * width * 3);
    }
    return new RgbImage(width, raster.getHeight(), rgb);
  }
}

package org.lmdeploy.runtime.image;

import java.io.EOFException;

/**
 * What the marker segments of a JPEG say. A segment is {@code FF marker length16 payload}; after a
 * start of scan come entropy coded bytes, in which {@code FF} is followed by 0 or by a restart
 * marker.
 *
 * @param width columns
 * @param height rows
 * @param colours what the stored components mean
 */
record JpegHeader(int width, int height, Colours colours) {

  /** What the stored components mean, by the rules of the Independent JPEG Group's library. */
  enum Colours {
    GRAY,
    YCBCR,
    RGB,
    CMYK,
    YCCK
  }

  private static final int START_OF_SCAN = 0xDA;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int APP0 = 0xE0;
  private static final int APP14 = 0xEE;
  private static final int NO_ADOBE = -1;

  /**
   * Reads the header and walks to the end of the image.
   *
   * @throws EOFException if the file ends before the image does
   */
  static JpegHeader read(Bytes bytes, ImageLimits limits) throws EOFException {
    boolean jfif = false;
    int adobe = NO_ADOBE;
    int frame = -1;
    int at = 2;
    int marker = 0;
    while (marker != START_OF_SCAN) {
      at = nextMarker(bytes, at);
      marker = bytes.u8(at - 1);
      if (marker == END_OF_IMAGE) {
        throw ImageFormat.JPEG.error("it ends before its first scan");
      }
      if (marker == APP0 && bytes.tag(at + 2, "JFIF")) {
        jfif = true;
      } else if (marker == APP14 && bytes.u16be(at) >= 14 && bytes.tag(at + 2, "Adob")) {
        adobe = bytes.u8(at + 13);
      } else if (isFrame(marker) && frame < 0) {
        frame = at;
        limits.check(ImageFormat.JPEG, bytes.u16be(at + 5), bytes.u16be(at + 3));
      }
      at += bytes.u16be(at);
    }
    if (frame < 0) {
      throw ImageFormat.JPEG.error("it has no frame before its first scan");
    }
    walkToEnd(bytes, at);
    return new JpegHeader(
        bytes.u16be(frame + 5), bytes.u16be(frame + 3), colours(bytes, frame, jfif, adobe));
  }

  /** A start of frame; C4, C8 and CC are other things. */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static boolean isRestart(int marker) {
    return marker >= 0xD0 && marker <= 0xD7;
  }

  /**
   * Position after the next marker at or after {@code at}; stuffed zeros, fill bytes and restarts
   * are none.
   */
  private static int nextMarker(Bytes bytes, int at) throws EOFException {
    while (true) {
      while (bytes.u8(at) != 0xFF) {
        at++;
      }
      while (bytes.u8(at) == 0xFF) {
        at++;
      }
      int marker = bytes.u8(at++);
      if (marker > 1 && !isRestart(marker)) {
        return at;
      }
    }
  }

  private static void walkToEnd(Bytes bytes, int scanData) throws EOFException {
    int at = nextMarker(bytes, scanData);
    while (bytes.u8(at - 1) != END_OF_IMAGE) {
      at = nextMarker(bytes, at + bytes.u16be(at));
    }
  }

  private static Colours colours(Bytes bytes, int frame, boolean jfif, int adobe)
      throws EOFException {
    int components = bytes.u8(frame + 7);
    return switch (components) {
      case 1 -> Colours.GRAY;
      case 3 -> isRgb(bytes, frame, jfif, adobe) ? Colours.RGB : Colours.YCBCR;
      case 4 -> adobe == NO_ADOBE || adobe == 0 ? Colours.CMYK : Colours.YCCK;
      default ->
          throw ImageFormat.JPEG.error(
              "it has " + components + " colour components; 1, 3 and 4 are understood");
    };
  }

  private static boolean isRgb(Bytes bytes, int frame, boolean jfif, int adobe)
      throws EOFException {
    if (jfif || adobe != NO_ADOBE) {
      return !jfif && adobe == 0;
    }
    return bytes.u8(frame + 8) == 'R' && bytes.u8(frame + 11) == 'G' && bytes.u8(frame + 14) == 'B';
  }
}

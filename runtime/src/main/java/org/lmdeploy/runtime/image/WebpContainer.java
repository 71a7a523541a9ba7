package org.lmdeploy.runtime.image;

import java.io.EOFException;

/**
 * Where the pixels of a WebP file's first frame lie. A RIFF file of chunks {@code tag32 length32
 * payload pad}; the picture is a chunk {@code "VP8 "} or {@code "VP8L"}, alone, behind an extended
 * header {@code "VP8X"}, or inside the first animation frame {@code "ANMF"}. Alpha, profiles and
 * metadata are other chunks, which no one needs here.
 *
 * @param canvasWidth columns of the picture
 * @param canvasHeight rows of the picture
 * @param left column of the frame's first pixel
 * @param top row of the frame's first pixel
 * @param from first byte of the frame's chunk
 * @param to one past its last byte, the padding not counted
 * @see <a href="https://developers.google.com/speed/webp/docs/riff_container">WebP container
 *     specification</a>
 */
record WebpContainer(int canvasWidth, int canvasHeight, int left, int top, int from, int to) {

  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int ANIMATION_FRAME_HEADER = 16;

  static WebpContainer read(Bytes bytes) throws EOFException {
    int width = 0;
    int height = 0;
    int left = 0;
    int top = 0;
    long at = FIRST_CHUNK;
    while (true) {
      int chunk = Math.toIntExact(at);
      int payload = chunk + CHUNK_HEADER;
      long length = bytes.u32le(chunk + 4);
      if (bytes.tag(chunk, "VP8 ") || bytes.tag(chunk, "VP8L")) {
        if (payload + length > bytes.length()) {
          throw new EOFException("byte " + (payload + length) + " of " + bytes.length());
        }
        return of(bytes, width, height, left, top, chunk, (int) (payload + length));
      }
      if (bytes.tag(chunk, "VP8X")) {
        width = bytes.u24le(payload + 4) + 1;
        height = bytes.u24le(payload + 7) + 1;
      }
      if (bytes.tag(chunk, "ANMF")) {
        left = bytes.u24le(payload) * 2;
        top = bytes.u24le(payload + 3) * 2;
        at = (long) payload + ANIMATION_FRAME_HEADER;
      } else {
        at = payload + length + (length & 1);
      }
    }
  }

  private static WebpContainer of(
      Bytes bytes, int width, int height, int left, int top, int from, int to) throws EOFException {
    int frameWidth = frameWidth(bytes, from);
    int frameHeight = frameHeight(bytes, from);
    return new WebpContainer(
        Math.max(width, left + frameWidth),
        Math.max(height, top + frameHeight),
        left,
        top,
        from,
        to);
  }

  /**
   * VP8: frame tag of 3 bytes, start code of 3, then 14 bits each; VP8L: signature of 1 byte, then
   * 14 bits each, less 1.
   */
  private static int frameWidth(Bytes bytes, int chunk) throws EOFException {
    int payload = chunk + CHUNK_HEADER;
    return bytes.tag(chunk, "VP8 ")
        ? bytes.u16le(payload + 6) & 0x3fff
        : (bytes.u16le(payload + 1) & 0x3fff) + 1;
  }

  private static int frameHeight(Bytes bytes, int chunk) throws EOFException {
    int payload = chunk + CHUNK_HEADER;
    return bytes.tag(chunk, "VP8 ")
        ? bytes.u16le(payload + 8) & 0x3fff
        : (bytes.u24le(payload + 2) >> 6 & 0x3fff) + 1;
  }
}

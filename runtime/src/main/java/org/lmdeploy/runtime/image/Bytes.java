package org.lmdeploy.runtime.image;

import java.io.EOFException;

/** Numbers in the bytes of a file; reading past the end is an {@link EOFException}. */
final class Bytes {

  private final byte[] bytes;

  Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  int length() {
    return bytes.length;
  }

  int u8(int at) throws EOFException {
    return bytes[check(at, 1)] & 0xff;
  }

  int u16le(int at) throws EOFException {
    check(at, 2);
    return u8(at) | u8(at + 1) << 8;
  }

  int u16be(int at) throws EOFException {
    check(at, 2);
    return u8(at) << 8 | u8(at + 1);
  }

  int u24le(int at) throws EOFException {
    return u16le(at) | u8(at + 2) << 16;
  }

  long u32le(int at) throws EOFException {
    return u24le(at) | (long) u8(at + 3) << 24;
  }

  long u32be(int at) throws EOFException {
    return (long) u16be(at) << 16 | u16be(at + 2);
  }

  /** Whether the four characters stand there. */
  boolean tag(int at, String tag) throws EOFException {
    check(at, 4);
    for (int i = 0; i < 4; i++) {
      if (bytes[at + i] != tag.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int check(int at, int length) throws EOFException {
    if (at < 0 || at > bytes.length - length) {
      throw new EOFException("byte " + at + " of " + bytes.length);
    }
    return at;
  }
}

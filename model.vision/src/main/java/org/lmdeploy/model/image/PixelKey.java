package org.lmdeploy.model.image;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The name of an image by its pixels, under which caches find its embeddings. */
public final class PixelKey {
  private PixelKey() {}

  /** SHA-256 of normalized pixels, in hexadecimal digits. */
  public static String of(MemorySegment pixels) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(pixels.asByteBuffer());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

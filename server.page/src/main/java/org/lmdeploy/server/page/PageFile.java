package org.lmdeploy.server.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * One file of the page.
 *
 * @param contentType its media type
 * @param bytes its content; not to be changed
 * @param gzip the same, compressed
 * @param etag a name of this content, without quotes
 * @param lasting whether this content will always be what is found at its path
 */
public record PageFile(
    String contentType, byte[] bytes, byte[] gzip, String etag, boolean lasting) {
  private static final int ETAG_LENGTH = 16;

  static PageFile of(String contentType, byte[] bytes, boolean lasting) {
    return new PageFile(contentType, bytes, compressed(bytes), etag(bytes), lasting);
  }

  private static byte[] compressed(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String etag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest).substring(0, ETAG_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

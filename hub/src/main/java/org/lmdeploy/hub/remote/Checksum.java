package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * What the contents of a file must hash to.
 *
 * @param kind how it is computed
 * @param hex the hash in lower-case hexadecimal digits
 */
record Checksum(Kind kind, String hex) {
  /** How a hash is computed. */
  enum Kind {
    /** SHA-256 of the contents, as Git LFS names its objects. */
    SHA256("SHA-256"),
    /** SHA-1 of a header with the size, and the contents, as Git names its blobs. */
    GIT_BLOB("SHA-1");

    private final String algorithm;

    Kind(String algorithm) {
      this.algorithm = algorithm;
    }
  }

  private static final int BUFFER = 1 << 18;

  /** The hash that an ETag is by its length; empty for a tag that is none. */
  static Optional<Checksum> ofTag(String tag) {
    String hex = tag.toLowerCase(Locale.ROOT);
    if (hex.matches("[0-9a-f]{64}")) {
      return Optional.of(new Checksum(Kind.SHA256, hex));
    }
    return hex.matches("[0-9a-f]{40}")
        ? Optional.of(new Checksum(Kind.GIT_BLOB, hex))
        : Optional.empty();
  }

  /** The hash of the same kind of a file's contents. */
  String of(Path file) throws IOException {
    MessageDigest digest = digest();
    if (kind == Kind.GIT_BLOB) {
      digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
    }
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private MessageDigest digest() {
    try {
      return MessageDigest.getInstance(kind.algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + kind.algorithm, e);
    }
  }

  @Override
  public String toString() {
    return (kind == Kind.SHA256 ? "SHA-256 " : "Git blob ") + hex;
  }
}

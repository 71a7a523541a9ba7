package org.lmdeploy.server.http.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmdeploy.api.error.InvalidRequestException;

/** The blocks of a PEM file (RFC 7468). */
final class PemFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /** Headers within a block, as OpenSSL's older forms have them, say that it is encrypted. */
  private static final Pattern ENCRYPTION_HEADER = Pattern.compile("Proc-Type:.*ENCRYPTED");

  private PemFile() {}

  /**
   * A block.
   *
   * @param label what it holds, for example {@code PRIVATE KEY}
   * @param text what stands between its first and its last line
   */
  record Block(String label, String text) {
    boolean isEncrypted() {
      return label.equals("ENCRYPTED PRIVATE KEY") || ENCRYPTION_HEADER.matcher(text).find();
    }

    /**
     * The DER bytes.
     *
     * @throws IllegalArgumentException if the text is not Base64
     */
    byte[] der() {
      return Base64.getDecoder().decode(text.replaceAll("\\s", ""));
    }
  }

  /** All blocks in their order; what stands between them is commentary. */
  static List<Block> read(Path file) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text(file));
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  private static String text(Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw problem(file + " cannot be read: " + e, e);
    }
    if (bytes.length > MAX_BYTES) {
      throw problem(file + " is larger than " + MAX_BYTES + " bytes; it must be a PEM file", null);
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static InvalidRequestException problem(String message, Exception cause) {
    return new InvalidRequestException("ssl", message, cause);
  }
}

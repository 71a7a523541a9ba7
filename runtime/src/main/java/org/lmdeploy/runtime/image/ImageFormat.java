package org.lmdeploy.runtime.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * The file formats, told apart by their first bytes and never by a name or a media type that a
 * client claims.
 */
enum ImageFormat {
  PNG("PNG"),
  JPEG("JPEG"),
  GIF("GIF"),
  BMP("BMP"),
  WEBP("WebP");

  /** The request field that carries images. */
  private static final String PARAMETER = "image_url";

  private final String label;

  ImageFormat(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** The error of a file of this format that cannot be used. */
  InvalidRequestException error(String problem) {
    return error(problem, null);
  }

  /** The error of a file of this format that cannot be used, with what the decoder threw. */
  InvalidRequestException error(String problem, Throwable cause) {
    return new InvalidRequestException(
        PARAMETER, "the " + label + " image cannot be used: " + problem, cause);
  }

  /** The error of bytes that are of no format. */
  static InvalidRequestException refusal(String message) {
    return new InvalidRequestException(PARAMETER, message);
  }

  static Optional<ImageFormat> of(byte[] file) {
    if (startsWith(file, 0, "\u0089PNG\r\n\u001a\n")) {
      return Optional.of(PNG);
    }
    if (startsWith(file, 0, "\u00ff\u00d8\u00ff")) {
      return Optional.of(JPEG);
    }
    if (startsWith(file, 0, "GIF87a") || startsWith(file, 0, "GIF89a")) {
      return Optional.of(GIF);
    }
    if (startsWith(file, 0, "BM")) {
      return Optional.of(BMP);
    }
    return startsWith(file, 0, "RIFF") && startsWith(file, 8, "WEBP")
        ? Optional.of(WEBP)
        : Optional.empty();
  }

  private static boolean startsWith(byte[] file, int at, String prefix) {
    byte[] wanted = prefix.getBytes(StandardCharsets.ISO_8859_1);
    return file.length >= at + wanted.length
        && Arrays.equals(file, at, at + wanted.length, wanted, 0, wanted.length);
  }
}

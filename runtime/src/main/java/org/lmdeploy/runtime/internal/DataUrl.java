package org.lmdeploy.runtime.internal;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.lmdeploy.api.error.InvalidRequestException;

/** The bytes of a {@code data:} URL in base64 (RFC 2397). */
final class DataUrl {
  private DataUrl() {}

  static byte[] decode(String url, long maxBytes) {
    int comma = url.indexOf(',');
    if (comma < 0 || !url.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64")) {
      throw new InvalidRequestException(
          "image_url", "the data URL is no base64 one; data:image/png;base64,... is needed");
    }
    long length = url.length() - comma - 1L;
    if (length / 4 * 3 > maxBytes + 3) {
      throw new InvalidRequestException(
          "image_url", "the image has more than the " + maxBytes + " bytes that are accepted");
    }
    String encoded = url.substring(comma + 1).replaceAll("\\s+", "");
    try {
      return Base64.getDecoder().decode(encoded.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(
          "image_url", "the data URL is no valid base64: " + e.getMessage(), e);
    }
  }
}

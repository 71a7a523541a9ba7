package org.lmdeploy.api.chat;

import org.lmdeploy.api.image.RgbImage;

/** Where the pixels of an image come from. */
public sealed interface ImageSource {
  /**
   * The bytes of an image file.
   *
   * @param bytes PNG, JPEG, GIF, BMP or WebP; not copied, not to be changed
   */
  record Encoded(byte[] bytes) implements ImageSource {}

  /**
   * An address.
   *
   * @param url {@code http:}, {@code https:} or {@code data:}
   */
  record Url(String url) implements ImageSource {}

  /**
   * Pixels that the caller has decoded.
   *
   * @param image the pixels
   */
  record Pixels(RgbImage image) implements ImageSource {}
}

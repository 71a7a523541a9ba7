package org.lmdeploy.runtime.internal;

import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.image.ImageDecoder;
import org.lmdeploy.runtime.image.ImageLimits;

/** From any source of an image to its pixels. */
final class ImageLoader {
  /** The longest side that a JPEG can have; also bounds the tables of a later resize. */
  private static final int MAX_SIDE = 65_535;

  private final UrlFetcher fetcher = new UrlFetcher();

  RgbImage load(ImageSource source, MediaPolicy policy) {
    return switch (source) {
      case ImageSource.Pixels(RgbImage image) -> image;
      case ImageSource.Encoded(byte[] bytes) -> decode(bytes, policy);
      case ImageSource.Url(String url) -> decode(fetch(url, policy), policy);
    };
  }

  private byte[] fetch(String url, MediaPolicy policy) {
    if (url.regionMatches(true, 0, "data:", 0, 5)) {
      return DataUrl.decode(url, policy.maxBytes());
    }
    return fetcher.fetch(url, policy);
  }

  private static RgbImage decode(byte[] bytes, MediaPolicy policy) {
    return new ImageDecoder(new ImageLimits(policy.maxPixels(), MAX_SIDE)).decode(bytes);
  }
}

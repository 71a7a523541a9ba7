package org.lmdeploy.runtime.image;

import java.io.IOException;
import java.util.Objects;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.image.RgbImage;

/**
 * Decodes the bytes of an image file to RGB, with the pixels that Pillow's {@code
 * Image.open(...).convert("RGB")} gives: alpha is dropped and not blended, palettes are looked up,
 * embedded colour profiles and the EXIF orientation are ignored, an animation is its first frame. A
 * file that is cut short is refused instead of being filled up with gray.
 *
 * <p>Thread-safe. The JDK's imaging classes are loaded by the first image.
 */
public final class ImageDecoder {

  private final ImageLimits limits;

  public ImageDecoder(ImageLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  /**
   * Decodes a whole file.
   *
   * @throws InvalidRequestException if these bytes are no usable image; the message says why
   */
  public RgbImage decode(byte[] file) {
    ImageFormat format = ImageFormat.of(file).orElseThrow(() -> ImageFormat.refusal(unknown(file)));
    try {
      return switch (format) {
        case PNG -> PngDecoder.decode(file, limits);
        case JPEG -> JpegDecoder.decode(file, limits);
        case GIF -> GifDecoder.decode(file, limits);
        case BMP -> BmpDecoder.decode(file, limits);
        case WEBP -> WebpDecoder.decode(file, limits);
      };
    } catch (IOException e) {
      throw format.error("it is damaged or cut short (" + e.getMessage() + ")", e);
    } catch (InvalidRequestException e) {
      throw e;
    } catch (RuntimeException e) {
      // The decoders index and allocate by what a damaged file says; whatever that ends in, the
      // file is to blame.
      throw format.error("it is damaged (" + e + ")", e);
    }
  }

  private static String unknown(byte[] file) {
    return file.length == 0
        ? "the image has no bytes"
        : "the " + file.length + " bytes are no image; PNG, JPEG, GIF, BMP and WebP are understood";
  }
}

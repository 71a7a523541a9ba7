package org.lmdeploy.pipeline;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImagePart.Detail;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.image.RgbImage;

/** An image to be asked about. */
public final class Image {
  private final ImagePart part;

  private Image(ImageSource source) {
    this.part = new ImagePart(source);
  }

  private Image(ImagePart part) {
    this.part = part;
  }

  /**
   * An image file: PNG, JPEG, GIF, BMP or WebP.
   *
   * @throws InvalidRequestException if it cannot be read
   */
  public static Image file(Path file) {
    try {
      return bytes(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new InvalidRequestException("image", "the image " + file + " cannot be read: " + e, e);
    }
  }

  /** The bytes of an image file; not to be changed afterwards. */
  public static Image bytes(byte[] bytes) {
    return new Image(new ImageSource.Encoded(bytes));
  }

  /** An address: {@code http:}, {@code https:} or {@code data:}. */
  public static Image url(String url) {
    return new Image(new ImageSource.Url(url));
  }

  /** Decoded pixels; transparency is dropped. */
  public static Image of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        rgb[at++] = (byte) (argb >> 16);
        rgb[at++] = (byte) (argb >> 8);
        rgb[at++] = (byte) argb;
      }
    }
    return new Image(new ImageSource.Pixels(new RgbImage(width, height, rgb)));
  }

  /** The same cut into at most so many tiles, for families that tile. */
  public Image maxDynamicPatch(int tiles) {
    return new Image(new ImagePart(part.source(), Detail.AUTO, OptionalInt.of(tiles)));
  }

  /** The same with OpenAI's level of detail. */
  public Image detail(Detail detail) {
    return new Image(new ImagePart(part.source(), detail, OptionalInt.empty()));
  }

  ImagePart part() {
    return part;
  }
}

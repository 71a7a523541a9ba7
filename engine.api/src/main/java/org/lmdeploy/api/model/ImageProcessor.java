package org.lmdeploy.api.model;

import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.image.RgbImage;
import org.osgi.annotation.versioning.ConsumerType;

/** How a family prepares images and where their tokens go in a prompt. Safe for many threads. */
@ConsumerType
public interface ImageProcessor {
  /** What the checkpoint's own Jinja templates print for an image, for example {@code <image>}. */
  String marker();

  /**
   * What LMDeploy's built-in templates put before a message for each of its images, with {@code
   * <IMAGE_TOKEN>} for the image itself, for example {@code <IMAGE_TOKEN>\n}.
   */
  String builtInPrefix();

  /**
   * Resizes, tiles and normalizes an image.
   *
   * @param part the options of the image; its source is not looked at
   * @throws org.lmdeploy.api.error.InvalidRequestException if an option cannot be met
   */
  ProcessedImage process(RgbImage image, ImagePart part);

  /** What stands in the prompt for an image. */
  ImageSlot slot(ProcessedImage image);

  /**
   * What stands in the prompt for an image: text, a run of placeholder ids, text.
   *
   * @param before text before the placeholders, for example {@code <img>}
   * @param placeholderId the id whose embedding the image's rows replace
   * @param after text after the placeholders, for example {@code </img>}
   */
  record ImageSlot(String before, int placeholderId, String after) {}
}

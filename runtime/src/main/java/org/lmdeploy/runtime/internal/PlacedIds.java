package org.lmdeploy.runtime.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lmdeploy.api.engine.GenerationRequest.ImageSpan;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ProcessedImage;

/** Puts images into token ids that a client has made. */
final class PlacedIds {
  private PlacedIds() {}

  /**
   * The prompt. Where the placeholder's id stands once, it becomes as many as the image has tokens;
   * a run of exactly as many is left as it is.
   *
   * @throws InvalidRequestException if the places are not as many as the images
   */
  static Prompt of(int[] ids, List<ProcessedImage> images, ImageProcessor processor) {
    IntStream.Builder out = IntStream.builder();
    List<ImageSpan> spans = new ArrayList<>();
    int length = 0;
    int at = 0;
    while (at < ids.length) {
      ProcessedImage image = spans.size() < images.size() ? images.get(spans.size()) : null;
      int run = image == null ? 0 : run(ids, at, processor.slot(image).placeholderId());
      if (run == 0) {
        out.add(ids[at++]);
        length++;
        continue;
      }
      int placeholder = ids[at];
      at += run >= image.tokens() ? image.tokens() : 1;
      spans.add(new ImageSpan(length, image));
      for (int i = 0; i < image.tokens(); i++) {
        out.add(placeholder);
      }
      length += image.tokens();
    }
    if (spans.size() != images.size()) {
      int placeholder = processor.slot(images.getFirst()).placeholderId();
      throw new InvalidRequestException(
          "input_ids",
          "input_ids has the placeholder "
              + placeholder
              + " for "
              + spans.size()
              + " of "
              + images.size()
              + " images; it must stand where each image belongs");
    }
    return new Prompt(out.build().toArray(), List.copyOf(spans), "");
  }

  private static int run(int[] ids, int from, int placeholder) {
    int end = from;
    while (end < ids.length && ids[end] == placeholder) {
      end++;
    }
    return end - from;
  }
}

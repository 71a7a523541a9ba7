package org.lmdeploy.runtime.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lmdeploy.api.engine.GenerationRequest.ImageSpan;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ImageProcessor.ImageSlot;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * From a rendered prompt to token ids: each stretch of text between images is tokenized by itself,
 * each image becomes a run of placeholders as long as its embeddings.
 */
final class PromptBuilder {
  private final Tokenizer tokenizer;
  private final StringBuilder text = new StringBuilder();
  private final List<ImageSpan> spans = new ArrayList<>();
  private IntStream.Builder ids = IntStream.builder();
  private int length;
  private boolean begun;

  private PromptBuilder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  static Prompt build(
      List<PromptPiece> pieces,
      List<ProcessedImage> images,
      ImageProcessor processor,
      Tokenizer tokenizer) {
    return new PromptBuilder(tokenizer).run(pieces, images, processor);
  }

  /** A prompt of which the beginning has its ids already. */
  static Prompt append(
      Prompt known,
      List<PromptPiece> pieces,
      List<ProcessedImage> images,
      ImageProcessor processor,
      Tokenizer tokenizer) {
    PromptBuilder builder = new PromptBuilder(tokenizer);
    builder.append(known.ids());
    builder.spans.addAll(known.images());
    builder.begun = true;
    return builder.run(pieces, images, processor);
  }

  private Prompt run(
      List<PromptPiece> pieces, List<ProcessedImage> images, ImageProcessor processor) {
    for (PromptPiece piece : pieces) {
      switch (piece) {
        case PromptPiece.Text(String more) -> text.append(more);
        case PromptPiece.Image(int index) -> {
          ProcessedImage image = images.get(index);
          add(image, processor.slot(image));
        }
      }
    }
    String end = text.toString();
    flush();
    return new Prompt(ids.build().toArray(), List.copyOf(spans), end);
  }

  private void add(ProcessedImage image, ImageSlot slot) {
    text.append(slot.before());
    flush();
    spans.add(new ImageSpan(length, image));
    int[] placeholders = new int[image.tokens()];
    Arrays.fill(placeholders, slot.placeholderId());
    append(placeholders);
    text.append(slot.after());
  }

  private void flush() {
    // The first stretch is encoded even when it is empty: that is where BOS comes from.
    if (!begun || !text.isEmpty()) {
      append(tokenizer.encode(text.toString(), !begun));
      begun = true;
      text.setLength(0);
    }
  }

  private void append(int[] more) {
    for (int id : more) {
      ids.add(id);
    }
    length += more.length;
  }
}

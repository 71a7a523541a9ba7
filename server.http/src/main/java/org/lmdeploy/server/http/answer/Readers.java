package org.lmdeploy.server.http.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.api.parser.AnswerReader;

/** Readers that protocols put together. */
public final class Readers {
  private Readers() {}

  /** All text is content. */
  public static AnswerReader plain() {
    return new AnswerReader() {
      @Override
      public List<AnswerPart> read(String text) {
        return text.isEmpty() ? List.of() : List.of(new AnswerPart.Content(text));
      }

      @Override
      public List<AnswerPart> end() {
        return List.of();
      }
    };
  }

  /** Reads reasoning first, and calls in what is content then. */
  public static AnswerReader of(Optional<AnswerReader> reasoning, Optional<AnswerReader> calls) {
    if (reasoning.isPresent() && calls.isPresent()) {
      return new Chain(reasoning.get(), calls.get());
    }
    return reasoning.or(() -> calls).orElseGet(Readers::plain);
  }

  private record Chain(AnswerReader first, AnswerReader second) implements AnswerReader {
    @Override
    public List<AnswerPart> read(String text) {
      return pass(first.read(text));
    }

    @Override
    public List<AnswerPart> end() {
      List<AnswerPart> parts = new ArrayList<>(pass(first.end()));
      parts.addAll(second.end());
      return parts;
    }

    private List<AnswerPart> pass(List<AnswerPart> parts) {
      List<AnswerPart> passed = new ArrayList<>();
      for (AnswerPart part : parts) {
        if (part instanceof AnswerPart.Content(String text)) {
          passed.addAll(second.read(text));
        } else {
          passed.add(part);
        }
      }
      return passed;
    }
  }
}

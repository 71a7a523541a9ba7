package org.lmdeploy.parser;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.lmdeploy.api.parser.AnswerPart;

/** Collects parts; neighbouring texts of a kind become one part. */
final class PartList {
  private final List<AnswerPart> parts = new ArrayList<>();

  /** Text of one kind that still grows, and what it becomes. */
  private final StringBuilder text = new StringBuilder();

  private Class<? extends AnswerPart> kind;
  private Function<String, AnswerPart> maker;

  void content(String more) {
    grow(AnswerPart.Content.class, AnswerPart.Content::new, more);
  }

  void reasoning(String more) {
    grow(AnswerPart.Reasoning.class, AnswerPart.Reasoning::new, more);
  }

  /** Calls do not overlap, so that neighbouring arguments are of one call. */
  void arguments(int call, String more) {
    grow(AnswerPart.CallArguments.class, json -> new AnswerPart.CallArguments(call, json), more);
  }

  void add(AnswerPart part) {
    flush();
    parts.add(part);
  }

  /** What was collected since the last time. */
  List<AnswerPart> take() {
    flush();
    List<AnswerPart> taken = List.copyOf(parts);
    parts.clear();
    return taken;
  }

  private void grow(
      Class<? extends AnswerPart> newKind, Function<String, AnswerPart> newMaker, String more) {
    if (kind != newKind) {
      flush();
      kind = newKind;
      maker = newMaker;
    }
    text.append(more);
  }

  private void flush() {
    if (!text.isEmpty()) {
      parts.add(maker.apply(text.toString()));
      text.setLength(0);
    }
    kind = null;
  }
}

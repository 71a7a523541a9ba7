package org.lmdeploy.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.api.parser.AnswerReader;

/** Parts with neighbours of a kind joined, which is what readers promise for any cuts. */
final class Joined {
  private Joined() {}

  /** The parts of a text that is read at once, after checking that cuts make no difference. */
  static List<AnswerPart> of(Supplier<AnswerReader> reader, String text) {
    List<AnswerPart> whole = read(reader, List.of(text));
    for (int cut = 1; cut < text.length(); cut++) {
      assertEquals(
          whole,
          read(reader, List.of(text.substring(0, cut), text.substring(cut))),
          "cut at " + cut);
    }
    assertEquals(whole, read(reader, List.of(text.split(""))), "character by character");
    for (int seed = 0; seed < 20; seed++) {
      assertEquals(whole, read(reader, randomPieces(text, new Random(seed))), "seed " + seed);
    }
    return whole;
  }

  static List<AnswerPart> read(Supplier<AnswerReader> readers, List<String> pieces) {
    AnswerReader reader = readers.get();
    List<AnswerPart> parts = new ArrayList<>();
    pieces.forEach(piece -> reader.read(piece).forEach(part -> add(parts, part)));
    reader.end().forEach(part -> add(parts, part));
    return parts;
  }

  static List<String> randomPieces(String text, Random random) {
    List<String> pieces = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int end = Math.min(text.length(), at + random.nextInt(8));
      pieces.add(text.substring(at, end));
      at = end;
    }
    return pieces;
  }

  private static void add(List<AnswerPart> parts, AnswerPart part) {
    AnswerPart last = parts.isEmpty() ? null : parts.getLast();
    AnswerPart joined =
        switch (part) {
          case AnswerPart.Content(String more) when last instanceof AnswerPart.Content(String t) ->
              new AnswerPart.Content(t + more);
          case AnswerPart.Reasoning(String more)
              when last instanceof AnswerPart.Reasoning(String t) ->
              new AnswerPart.Reasoning(t + more);
          case AnswerPart.CallArguments(int call, String more)
              when last instanceof AnswerPart.CallArguments(int before, String t)
                  && before == call ->
              new AnswerPart.CallArguments(call, t + more);
          default -> null;
        };
    if (joined == null) {
      parts.add(part);
    } else {
      parts.set(parts.size() - 1, joined);
    }
  }
}

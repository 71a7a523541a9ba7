package org.lmdeploy.grammar.automaton;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/** Automatons of fixed texts. */
public final class DfaTexts {
  private final byte[][] texts;
  private final DfaBuilder builder;

  private DfaTexts(byte[][] texts, DfaBuilder builder) {
    this.texts = texts;
    this.builder = builder;
  }

  /** The automaton of exactly these texts. */
  public static Dfa of(Collection<String> texts, Budget budget) {
    byte[][] sorted =
        texts.stream()
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .sorted(Arrays::compareUnsigned)
            .toArray(byte[][]::new);
    DfaBuilder builder = new DfaBuilder(budget);
    new DfaTexts(sorted, builder).build();
    return builder.build();
  }

  /** Goes through the texts in order; those with the same beginning share its states. */
  private void build() {
    int longest = Arrays.stream(texts).mapToInt(text -> text.length).max().orElse(0);
    int[] path = new int[longest + 1];
    path[0] = builder.state();
    byte[] last = {};
    for (byte[] text : texts) {
      int same = Arrays.mismatch(text, last);
      if (same < 0) {
        same = text.length;
      }
      for (int i = same; i < text.length; i++) {
        path[i + 1] = builder.state();
        builder.edge(path[i], text[i] & 0xff, text[i] & 0xff, path[i + 1]);
      }
      builder.accept(path[text.length]);
      last = text;
    }
  }
}

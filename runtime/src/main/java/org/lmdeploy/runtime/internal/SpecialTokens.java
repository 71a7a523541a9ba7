package org.lmdeploy.runtime.internal;

import java.util.HashSet;
import java.util.Set;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** The texts of a tokenizer's special tokens, found out when they are first asked for. */
final class SpecialTokens {
  private final Tokenizer tokenizer;
  private Set<String> texts;

  SpecialTokens(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  synchronized Set<String> get() {
    if (texts == null) {
      Set<String> found = new HashSet<>();
      for (int id = 0; id < tokenizer.vocabSize(); id++) {
        if (tokenizer.isSpecial(id)) {
          found.add(tokenizer.token(id));
        }
      }
      texts = Set.copyOf(found);
    }
    return texts;
  }
}

package org.lmdeploy.core.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** Words that are a single token wherever they stand. */
public final class StopTokens {
  private StopTokens() {}

  /**
   * The words that have a token of their own, by its id. A vocabulary stores some texts in disguise
   * (byte-level BPE writes a space as another letter), so a token that is not special counts only
   * if it stands for the word's very bytes.
   */
  public static Map<Integer, String> of(List<String> words, Tokenizer tokenizer) {
    Map<Integer, String> tokens = new HashMap<>();
    for (String word : words) {
      OptionalInt id = tokenizer.tokenId(word);
      if (id.isPresent() && standsFor(id.getAsInt(), word, tokenizer)) {
        tokens.put(id.getAsInt(), word);
      }
    }
    return tokens;
  }

  private static boolean standsFor(int id, String word, Tokenizer tokenizer) {
    return tokenizer.isSpecial(id)
        || Arrays.equals(tokenizer.tokenBytes(id), word.getBytes(StandardCharsets.UTF_8));
  }
}

package org.lmdeploy.core.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.core.text.StopTokens;

/** What a request says about ids that cannot be drawn. */
final class BanRules {
  private BanRules() {}

  /**
   * The bans of a request.
   *
   * @param ends ids that end the answer
   * @throws InvalidRequestException if no id would be left
   */
  static Bans of(GenerationConfig config, Set<Integer> ends, Tokenizer tokenizer, int vocabSize) {
    Set<Integer> always = new TreeSet<>(config.badTokenIds());
    always.addAll(StopTokens.of(config.badWords(), tokenizer).keySet());
    List<int[]> sequences = new ArrayList<>();
    for (String word : config.badWords()) {
      for (int[] ids : spellings(word, tokenizer)) {
        if (ids.length == 1) {
          always.add(ids[0]);
        } else {
          sequences.add(ids);
        }
      }
    }
    Set<Integer> early = new TreeSet<>(always);
    if (config.minNewTokens() > 0) {
      early.addAll(ends);
    }
    Bans bans = new Bans(toArray(always, vocabSize), toArray(early, vocabSize), sequences);
    if (bans.most() >= vocabSize) {
      throw new InvalidRequestException(
          always.isEmpty() ? "min_new_tokens" : "bad_words",
          ("bad_words, bad_token_ids and min_new_tokens leave none of the %s tokens of this model"
                  + " to be generated")
              .formatted(vocabSize));
    }
    return bans;
  }

  /**
   * How a word is written with tokens, at the beginning of a text and after a space (as vLLM does).
   * The second counts only if the space went into the first token.
   */
  private static List<int[]> spellings(String word, Tokenizer tokenizer) {
    int[] plain = tokenizer.encode(word, false);
    int[] spaced = tokenizer.encode(" " + word.stripLeading(), false);
    List<int[]> spellings = new ArrayList<>();
    if (plain.length > 0) {
      spellings.add(plain);
    }
    if (plain.length == spaced.length && plain.length > 0 && plain[0] != spaced[0]) {
      spellings.add(spaced);
    }
    return spellings;
  }

  private static int[] toArray(Set<Integer> ids, int vocabSize) {
    return ids.stream().mapToInt(Integer::intValue).filter(id -> id < vocabSize).toArray();
  }
}

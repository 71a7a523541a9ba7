package org.lmdeploy.bench.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * Prompts of ids drawn evenly from the vocabulary without its special tokens: no two prompts share
 * a beginning, and none holds the place of an image or an end.
 */
public final class RandomIds {
  private final int[] vocabulary;
  private final Random random;

  private RandomIds(int[] vocabulary, long seed) {
    this.vocabulary = vocabulary;
    this.random = new Random(seed);
  }

  /**
   * Ids of a tokenizer.
   *
   * @param modelVocabulary rows of the model's logits, beyond which no id may be
   */
  public static RandomIds of(Tokenizer tokenizer, int modelVocabulary, long seed) {
    int ids = Math.min(tokenizer.vocabSize(), modelVocabulary);
    return new RandomIds(
        IntStream.range(0, ids).filter(id -> !tokenizer.isSpecial(id)).toArray(), seed);
  }

  /**
   * Ids from {@code first} to below {@code end}, for a server whose tokenizer is not known here.
   */
  public static RandomIds between(int first, int end, long seed) {
    return new RandomIds(IntStream.range(first, end).toArray(), seed);
  }

  /** The next prompt. */
  public int[] prompt(int tokens) {
    int[] ids = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      ids[i] = vocabulary[random.nextInt(vocabulary.length)];
    }
    return ids;
  }

  /** A request for each of the lengths. */
  public List<Request> requests(List<Lengths> lengths) {
    List<Request> requests = new ArrayList<>(lengths.size());
    for (Lengths each : lengths) {
      requests.add(Request.of(prompt(each.prompt()), each.output()));
    }
    return requests;
  }
}

package org.lmdeploy.grammar.vocabulary;

import java.util.Arrays;

/** A set of tokens, kept as a list while there are few. */
final class TokenSet {
  private final int[] ids;
  private final long[] words;

  private TokenSet(int[] ids, long[] words) {
    this.ids = ids;
    this.words = words;
  }

  /**
   * @param ids the tokens, in any order
   * @param count how many of the array
   * @param length the words of a set with all tokens
   */
  static TokenSet of(int[] ids, int count, int length) {
    if (count < length / 2) {
      return new TokenSet(Arrays.copyOf(ids, count), null);
    }
    long[] words = new long[length];
    for (int i = 0; i < count; i++) {
      words[ids[i] >> 6] |= 1L << ids[i];
    }
    return new TokenSet(null, words);
  }

  void addTo(long[] target) {
    if (ids != null) {
      for (int id : ids) {
        target[id >> 6] |= 1L << id;
      }
    } else {
      for (int i = 0; i < words.length; i++) {
        target[i] |= words[i];
      }
    }
  }
}

package org.lmdeploy.core.batch;

import java.util.Arrays;
import java.util.Set;
import org.lmdeploy.api.grammar.TokenConstraint;

/**
 * Which tokens the format of an answer lets come next: those of its constraint, and where the
 * answer may end, those that end it. Used by one thread at a time.
 */
final class FormatGuard {
  private final TokenConstraint constraint;
  private final int[] ends;
  private final int words;
  private long[] permitted = {};

  /**
   * A guard at the first token of an answer; {@link #prepare} is to be called.
   *
   * @param ends ids that end the answer
   * @param vocabSize one more than the highest id
   */
  FormatGuard(TokenConstraint constraint, Set<Integer> ends, int vocabSize) {
    this.constraint = constraint;
    this.ends = ends.stream().mapToInt(Integer::intValue).filter(id -> id < vocabSize).toArray();
    this.words = Math.ceilDiv(vocabSize, Long.SIZE);
  }

  /** Goes on by a token of the answer. */
  void accept(int id) {
    constraint.accept(id);
  }

  /** Whether the answer has all that its format wants, and nothing can follow. */
  boolean complete() {
    return constraint.complete();
  }

  /** Whether the answer has all that its format wants. */
  boolean mayEnd() {
    return constraint.mayEnd();
  }

  /**
   * Finds the tokens that may be drawn next.
   *
   * @param banned ids that may not, whatever the format says
   * @return whether there are any
   */
  boolean prepare(int[] banned) {
    long[] next = Arrays.copyOf(constraint.permitted(), words);
    if (constraint.mayEnd()) {
      for (int id : ends) {
        next[id / Long.SIZE] |= 1L << id;
      }
    }
    for (int id : banned) {
      next[id / Long.SIZE] &= ~(1L << id);
    }
    permitted = next;
    for (long word : next) {
      if (word != 0) {
        return true;
      }
    }
    return false;
  }

  /** The tokens that were found, as {@code SamplingRow.permitted} has them. */
  long[] permitted() {
    return permitted;
  }
}

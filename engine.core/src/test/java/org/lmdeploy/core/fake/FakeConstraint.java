package org.lmdeploy.core.fake;

import org.lmdeploy.api.grammar.TokenConstraint;

/** A format of which nothing but the number of tokens and the last of them matter. */
public final class FakeConstraint implements TokenConstraint {
  private final int vocabSize;
  private final int least;
  private final int most;
  private int count;
  private int last;

  /**
   * A format.
   *
   * @param least the answer may end after so many tokens
   * @param most and must after so many
   */
  public FakeConstraint(int vocabSize, int least, int most) {
    this.vocabSize = vocabSize;
    this.least = least;
    this.most = most;
  }

  /** The same format before its first token. */
  FakeConstraint fresh() {
    return new FakeConstraint(vocabSize, least, most);
  }

  private boolean permits(int id) {
    return id >= 2 && count < most && (id + last + count) % 3 == 0;
  }

  @Override
  public long[] permitted() {
    long[] bits = new long[Math.ceilDiv(vocabSize, Long.SIZE)];
    for (int id = 0; id < vocabSize; id++) {
      if (permits(id)) {
        bits[id / Long.SIZE] |= 1L << id;
      }
    }
    return bits;
  }

  @Override
  public boolean mayEnd() {
    return count >= least;
  }

  @Override
  public boolean complete() {
    return count == most;
  }

  @Override
  public void accept(int id) {
    if (!permits(id)) {
      throw new IllegalArgumentException("token " + id + " after " + count + " tokens");
    }
    count++;
    last = id;
  }
}

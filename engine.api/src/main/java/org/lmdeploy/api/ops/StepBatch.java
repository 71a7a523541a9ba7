package org.lmdeploy.api.ops;

import java.util.Arrays;
import java.util.List;
import org.lmdeploy.api.tensor.Tensor;

/**
 * One step of a continuous batch: the new tokens of several sequences, one after the other,
 * decoding sequences (one token each) first, then chunks of prompts.
 *
 * @param tokens ids of all new tokens; at the rows of embeddings the id does not matter; one that
 *     the step before draws is named by {@link #drawn}
 * @param positions position of each new token in its sequence, which is its place in the KV cache
 * @param axes the new tokens' positions for rotary embedding, [{@link #AXES}][tokens], where some
 *     are not the position in the sequence (rows of images in M-RoPE); else empty
 * @param sequences the sequences in the order of their tokens
 * @param embeddings rows that take an image embedding in place of a token's
 * @param logitRows the tokens whose logits are wanted, in ascending order, at least one
 */
public record StepBatch(
    int[] tokens,
    int[] positions,
    int[][] axes,
    List<Sequence> sequences,
    List<Embeddings> embeddings,
    int[] logitRows) {
  /** Axes of positions: time, height, width. */
  public static final int AXES = 3;

  /** Copies the lists and checks that the lengths agree. */
  public StepBatch {
    sequences = List.copyOf(sequences);
    embeddings = List.copyOf(embeddings);
    int counted = sequences.stream().mapToInt(Sequence::newTokens).sum();
    if (tokens.length != positions.length || tokens.length != counted) {
      throw new IllegalArgumentException(
          tokens.length
              + " tokens, "
              + positions.length
              + " positions and sequences of "
              + counted
              + " new tokens do not agree");
    }
    if (axes.length != 0 && axes.length != AXES
        || Arrays.stream(axes).anyMatch(axis -> axis.length != positions.length)) {
      throw new IllegalArgumentException(
          "positions on "
              + axes.length
              + " axes of a step of "
              + positions.length
              + " tokens cannot be: none or all of "
              + AXES
              + " axes have one for each token");
    }
  }

  /** A step in which all axes are the position in the sequence. */
  public StepBatch(
      int[] tokens,
      int[] positions,
      List<Sequence> sequences,
      List<Embeddings> embeddings,
      int[] logitRows) {
    this(tokens, positions, new int[0][], sequences, embeddings, logitRows);
  }

  /** The new tokens' positions on an axis. */
  public int[] axis(int index) {
    return axes.length == 0 ? positions : axes[index];
  }

  /**
   * Stands in {@link #tokens} for the token that the step before draws for its row {@code row},
   * when that is not known yet. Only for a {@link StepRunner} that runs ahead.
   */
  public static int drawn(int row) {
    return -1 - row;
  }

  /**
   * One sequence of a step.
   *
   * @param newTokens how many of the step's tokens are its own, at least 1
   * @param contextLength its tokens in the KV cache after this step, the new ones included
   * @param promptLength tokens of its prompt
   * @param blockTable its KV blocks in order; block i holds the positions from i * blockTokens on.
   *     Not copied, and it may be longer: entries beyond those of the context mean nothing and may
   *     change while the step runs, the others never do
   */
  public record Sequence(int newTokens, int contextLength, int promptLength, int[] blockTable) {
    /** Checks the lengths. */
    public Sequence {
      if (newTokens < 1 || contextLength < newTokens) {
        throw new IllegalArgumentException(
            newTokens + " new tokens in a context of " + contextLength + " cannot be");
      }
    }
  }

  /**
   * Rows of the step whose embedding comes from an image.
   *
   * @param row first row of the step
   * @param source [n, hidden], in activation type
   * @param sourceRow first row taken from {@code source}
   * @param count how many rows
   */
  public record Embeddings(int row, Tensor source, int sourceRow, int count) {}
}

package org.lmdeploy.testkit.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.lmdeploy.api.ops.StepBatch;

/**
 * Several sequences that grow step by step, with KV blocks that lie about in no order, as a
 * scheduler would leave them.
 */
public final class Timeline {
  /** More than any case needs. */
  static final int BLOCKS = 256;

  private final int blockTokens;
  private final int[] promptLengths;
  private final int[] contexts;
  private final List<List<Integer>> tables = new ArrayList<>();
  private final List<Integer> free;

  /**
   * @param blockTokens tokens of a KV block
   * @param promptLengths of each sequence
   */
  public Timeline(int blockTokens, int... promptLengths) {
    this.blockTokens = blockTokens;
    this.promptLengths = promptLengths;
    this.contexts = new int[promptLengths.length];
    this.free = new ArrayList<>(IntStream.range(0, BLOCKS).boxed().toList());
    Collections.shuffle(free, new Random(7));
    for (int i = 0; i < promptLengths.length; i++) {
      tables.add(new ArrayList<>());
    }
  }

  /** A step; sequences with 0 new tokens have no part in it. */
  public StepBatch step(int... newTokens) {
    int total = Arrays.stream(newTokens).sum();
    int[] positions = new int[total];
    List<StepBatch.Sequence> sequences = new ArrayList<>();
    int row = 0;
    for (int i = 0; i < newTokens.length; i++) {
      for (int k = 0; k < newTokens[i]; k++) {
        positions[row++] = contexts[i]++;
      }
      if (newTokens[i] > 0) {
        sequences.add(
            new StepBatch.Sequence(newTokens[i], contexts[i], promptLengths[i], blocks(i)));
      }
    }
    return new StepBatch(new int[total], positions, sequences, List.of(), new int[0]);
  }

  private int[] blocks(int sequence) {
    List<Integer> table = tables.get(sequence);
    while (table.size() * blockTokens < contexts[sequence]) {
      table.add(free.removeLast());
    }
    return table.stream().mapToInt(Integer::intValue).toArray();
  }
}

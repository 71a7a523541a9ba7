package org.lmdeploy.core.batch;

import java.util.Arrays;
import java.util.List;

/**
 * The ids that cannot be drawn for one answer.
 *
 * @param always at any place, ascending
 * @param early while the answer is shorter than it must be at least, those of {@code always}
 *     included
 * @param sequences ids of which the last cannot follow the others
 */
record Bans(int[] always, int[] early, List<int[]> sequences) {
  /** The banned ids after an answer's tokens from {@code start} to before {@code end}. */
  int[] after(int[] tokens, int start, int end, boolean isEarly) {
    int[] banned = isEarly ? early : always;
    for (int[] sequence : sequences) {
      int before = sequence.length - 1;
      if (end - start >= before
          && Arrays.equals(sequence, 0, before, tokens, end - before, end)
          && Arrays.binarySearch(isEarly ? early : always, sequence[before]) < 0) {
        banned = Arrays.copyOf(banned, banned.length + 1);
        banned[banned.length - 1] = sequence[before];
      }
    }
    return banned;
  }

  /** More ids than can be banned at once. */
  int most() {
    return early.length + sequences.size();
  }
}

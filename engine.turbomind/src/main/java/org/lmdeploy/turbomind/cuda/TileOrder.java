package org.lmdeploy.turbomind.cuda;

import java.util.Arrays;

/**
 * Puts the pieces of work of an attention kernel in order: the heaviest first, so that no long one
 * starts last.
 */
final class TileOrder {
  private static final int GROUP_BITS = 18;
  private static final int TILE_BITS = 18;

  private long[] entries = new long[16];
  private int count;

  /**
   * Adds a piece.
   *
   * @param weight how long it takes, in any unit
   * @param group its sequence or group of rows
   * @param tile which tile of the group
   */
  void add(int weight, int group, int tile) {
    if (group >= 1 << GROUP_BITS || tile >= 1 << TILE_BITS) {
      throw new IllegalArgumentException(
          "attention takes no step with group " + group + " and tile " + tile);
    }
    if (count == entries.length) {
      entries = Arrays.copyOf(entries, 2 * count);
    }
    entries[count++] = (long) weight << (GROUP_BITS + TILE_BITS) | (long) group << TILE_BITS | tile;
  }

  /** Groups and tiles in turn, the heaviest piece first. */
  int[] pairs() {
    Arrays.sort(entries, 0, count);
    int[] pairs = new int[2 * count];
    for (int i = 0; i < count; i++) {
      long entry = entries[count - 1 - i];
      pairs[2 * i] = (int) (entry >> TILE_BITS) & ((1 << GROUP_BITS) - 1);
      pairs[2 * i + 1] = (int) entry & ((1 << TILE_BITS) - 1);
    }
    return pairs;
  }
}

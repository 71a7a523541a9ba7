package org.lmdeploy.bench.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Python's {@code random.seed(int)} and {@code random.sample}, so that the same seed picks the same
 * conversations as LMDeploy's scripts do. The generator is Matsumoto and Nishimura's MT19937.
 */
public final class PythonRandom {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;
  private static final int TWIST = 0x9908B0DF;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7FFFFFFF;

  /** Below this many, a sample is always drawn from a copy of the list. */
  private static final int SMALL = 21;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  /** The generator after {@code random.seed(seed)}. */
  public PythonRandom(long seed) {
    long magnitude = Math.abs(seed);
    int high = (int) (magnitude >>> 32);
    int[] key = high == 0 ? new int[] {(int) magnitude} : new int[] {(int) magnitude, high};
    initialize(19_650_218);
    int i = 1;
    int j = 0;
    for (int k = Math.max(SIZE, key.length); k > 0; k--) {
      state[i] = (state[i] ^ mixed(i) * 1_664_525) + key[j] + j;
      i = following(i);
      j = (j + 1) % key.length;
    }
    for (int k = SIZE - 1; k > 0; k--) {
      state[i] = (state[i] ^ mixed(i) * 1_566_083_941) - i;
      i = following(i);
    }
    state[0] = UPPER;
  }

  private void initialize(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1_812_433_253 * mixed(i) + i;
    }
  }

  private int mixed(int i) {
    return state[i - 1] ^ (state[i - 1] >>> 30);
  }

  private int following(int i) {
    if (i + 1 < SIZE) {
      return i + 1;
    }
    state[0] = state[SIZE - 1];
    return 1;
  }

  private int word() {
    if (next == SIZE) {
      for (int i = 0; i < SIZE; i++) {
        int y = (state[i] & UPPER) | (state[(i + 1) % SIZE] & LOWER);
        state[i] = state[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ ((y & 1) * TWIST);
      }
      next = 0;
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9D2C5680;
    y ^= (y << 15) & 0xEFC60000;
    return y ^ (y >>> 18);
  }

  /** An even draw from 0 to below {@code bound}. */
  int below(int bound) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(bound);
    int draw = word() >>> (Integer.SIZE - bits);
    while (draw >= bound) {
      draw = word() >>> (Integer.SIZE - bits);
    }
    return draw;
  }

  /**
   * {@code count} different elements in random order.
   *
   * @throws IllegalArgumentException if the list has fewer
   */
  public <T> List<T> sample(List<T> population, int count) {
    int size = population.size();
    if (count > size) {
      throw new IllegalArgumentException(count + " of " + size + " elements cannot be drawn");
    }
    List<T> result = new ArrayList<>(count);
    if (size <= copyLimit(count)) {
      List<T> pool = new ArrayList<>(population);
      for (int i = 0; i < count; i++) {
        int index = below(size - i);
        result.add(pool.get(index));
        pool.set(index, pool.get(size - i - 1));
      }
      return result;
    }
    Set<Integer> chosen = new HashSet<>();
    while (result.size() < count) {
      int index = below(size);
      if (chosen.add(index)) {
        result.add(population.get(index));
      }
    }
    return result;
  }

  /** The size of a set of {@code count} elements against which a copy of the list is weighed. */
  private static long copyLimit(int count) {
    if (count <= 5) {
      return SMALL;
    }
    long power = 1;
    while (power < 3L * count) {
      power *= 4;
    }
    return SMALL + power;
  }
}

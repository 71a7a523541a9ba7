package org.lmdeploy.turbomind.host.sampling;

/**
 * A random number for each position of each sequence, without state: the finalizer of SplitMix64
 * (Steele, Lea and Flood, 2014) over seed and position. A draw therefore depends neither on the
 * batch nor on how often a sequence was recomputed.
 */
final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** A number from 0 (inclusive) to 1 (exclusive). */
  static double uniform(long seed, int position) {
    long mixed = mix(mix(seed) + GOLDEN_GAMMA * (position + 1L));
    return (mixed >>> 11) * 0x1p-53;
  }

  private static long mix(long value) {
    long z = value + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

package org.lmdeploy.testkit;

import java.nio.charset.StandardCharsets;

/**
 * Numbers that look random and follow from a name alone, so that two programs, in whichever
 * languages, make the same ones: element i of name n is the SplitMix64 output (Steele et al., 2014)
 * for the state {@code fnv1a64(n) + (i + 1) * 0x9E3779B97F4A7C15}; its upper 24 bits minus 2^23,
 * over 2^23, are the number: from -1 up to but without 1, exact in float32.
 */
public final class HashedValues {
  private HashedValues() {}

  /** The first numbers of a name. */
  public static float[] of(String name, int count) {
    long state = fnv1a64(name);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      state += 0x9E3779B97F4A7C15L;
      values[i] = ((splitMix64(state) >>> 40) - (1 << 23)) * 0x1p-23f;
    }
    return values;
  }

  private static long fnv1a64(String name) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  private static long splitMix64(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

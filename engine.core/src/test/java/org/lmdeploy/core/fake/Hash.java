package org.lmdeploy.core.fake;

/** The one-way function of the fake model: any other input gives another output. */
public final class Hash {
  private Hash() {}

  /** Stafford's variant 13 of the finalizer of MurmurHash3. */
  public static long mix(long a, long b) {
    long z = a * 0x9E3779B97F4A7C15L + b + 0x632BE59BD9B4E019L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A number from 0 to below 1. */
  public static double unit(long hash) {
    return (hash >>> 11) * 0x1.0p-53;
  }
}

package org.lmdeploy.benchmark.host;

/**
 * What the process had in memory, beside what it needs at least.
 *
 * @param resident resident memory
 * @param checkpoint bytes of the weight files
 * @param kv bytes of the KV cache that were taken
 */
public record Footprint(ResidentMemory resident, long checkpoint, long kv) {
  /** The resident memory that the project allows itself, as a multiple of {@link #least()}. */
  public static final double GOAL = 1.15;

  /** Checkpoint and KV cache. */
  public long least() {
    return checkpoint + kv;
  }

  /** Resident memory as a multiple of {@link #least()}. */
  public double ratio() {
    return (double) resident.total() / least();
  }
}

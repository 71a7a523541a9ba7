package org.lmdeploy.benchmark.host;

import java.util.EnumMap;
import java.util.Map;

/**
 * Runs every job until none gets faster: until then the compiler, not the engine, is measured. The
 * fastest step is watched, since the others tell more about who else uses the machine.
 */
final class WarmUp {
  /** What is no gain any more. */
  private static final double STABLE = 0.97;

  private final Map<Job, Double> best = new EnumMap<>(Job.class);

  /**
   * Rounds until nothing got faster.
   *
   * @param most rounds after which it is given up
   */
  int run(EngineProbe engine, int most) throws InterruptedException {
    int rounds = 0;
    boolean gained = true;
    while (gained && rounds < most) {
      gained = false;
      for (Job job : Job.values()) {
        double seconds = job.run(engine).best();
        double before = best.getOrDefault(job, Double.MAX_VALUE);
        gained |= seconds < before * STABLE;
        best.put(job, Math.min(seconds, before));
      }
      rounds++;
    }
    return rounds;
  }
}

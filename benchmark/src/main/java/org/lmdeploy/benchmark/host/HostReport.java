package org.lmdeploy.benchmark.host;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.bench.report.Machine;

/**
 * All that a run of the host benchmark found.
 *
 * @param command how to repeat it
 * @param date when it began
 * @param machine where it ran
 * @param why what was chosen for the model
 * @param start the model's first moments
 * @param warmUpRounds rounds until step times were stable
 * @param afterPrefill memory after the first prompt; empty where the system does not tell
 * @param afterWarmUp memory when step times were stable, before the ceilings take some themselves
 * @param results one for each job
 */
public record HostReport(
    String command,
    Instant date,
    Machine machine,
    List<String> why,
    Start start,
    int warmUpRounds,
    Optional<Footprint> afterPrefill,
    Optional<Footprint> afterWarmUp,
    List<Result> results) {
  /** Copies the lists. */
  public HostReport {
    why = List.copyOf(why);
    results = List.copyOf(results);
  }
}

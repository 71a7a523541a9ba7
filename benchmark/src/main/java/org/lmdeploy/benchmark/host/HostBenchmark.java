package org.lmdeploy.benchmark.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.lmdeploy.bench.ceiling.CeilingMeter;
import org.lmdeploy.bench.ceiling.Ceilings;
import org.lmdeploy.bench.report.Machine;
import org.lmdeploy.bench.work.DecoderWork;
import org.lmdeploy.hub.LocalModelFolders;

/**
 * Times the engine on the host device and the machine's limits in turns: a share of a ceiling says
 * something only if both were measured in the same seconds.
 */
public final class HostBenchmark {
  private final Path folder;
  private final int rounds;
  private final int warmUpRounds;
  private final Consumer<String> progress;

  /**
   * A benchmark of a model.
   *
   * @param folder a model folder with a text decoder
   * @param rounds how often each job is timed
   * @param warmUpRounds rounds after which warming up ends though times are not stable
   * @param progress takes one line for each stage
   */
  public HostBenchmark(Path folder, int rounds, int warmUpRounds, Consumer<String> progress) {
    this.folder = folder;
    this.rounds = rounds;
    this.warmUpRounds = warmUpRounds;
    this.progress = progress;
  }

  /** Runs it. */
  public HostReport run(String command) throws IOException, InterruptedException {
    Instant date = Instant.now();
    DecoderWork work = DecoderWork.of(new LocalModelFolders().read(folder).config());
    progress.accept("loading " + folder);
    long start = System.nanoTime();
    try (EngineProbe engine = new EngineProbe(folder.toString())) {
      double load = (System.nanoTime() - start) * 1e-9;
      Start first = new Start(load, Job.PREFILL.run(engine).best());
      Optional<Footprint> afterPrefill = footprint(engine);
      progress.accept("warming up");
      int warmUp = new WarmUp().run(engine, warmUpRounds);
      Optional<Footprint> afterWarmUp = footprint(engine); // before the ceilings take memory
      List<Result> results = results(engine, work);
      return new HostReport(
          command,
          date,
          Machine.here(),
          engine.why(),
          first,
          warmUp,
          afterPrefill,
          afterWarmUp,
          results);
    }
  }

  private List<Result> results(EngineProbe engine, DecoderWork work)
      throws IOException, InterruptedException {
    Map<Job, List<Reading>> readings = new EnumMap<>(Job.class);
    try (CeilingMeter meter = new CeilingMeter()) {
      Ceilings before = meter.measure();
      for (int round = 1; round <= rounds; round++) {
        progress.accept("round " + round + " of " + rounds);
        for (Job job : Job.values()) {
          Timing timing = job.run(engine);
          Ceilings after = meter.measure();
          Reading reading = new Reading(timing, before, after, Machine.load());
          readings.computeIfAbsent(job, _ -> new ArrayList<>()).add(reading);
          before = after;
        }
      }
    }
    List<Result> results = new ArrayList<>();
    readings.forEach((job, list) -> results.add(new Result(job, job.amount(work), list)));
    return results;
  }

  private Optional<Footprint> footprint(EngineProbe engine) throws IOException {
    long checkpoint = weightBytes();
    return ResidentMemory.now()
        .map(resident -> new Footprint(resident, checkpoint, engine.kvBytes()));
  }

  private long weightBytes() throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}

package org.lmdeploy.benchmark.host;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;

/** Reads a stream to its end and notes how long each of its tokens took. */
final class StepClock {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private StepClock() {}

  /** The seconds until the first token, from the call on. */
  static Timing first(GenerationStream stream, long calledAt) throws InterruptedException {
    long processorTime = SYSTEM.getProcessCpuTime();
    GenerationChunk _ = next(stream).orElseThrow();
    long elapsed = System.nanoTime() - calledAt;
    double processors = (double) (SYSTEM.getProcessCpuTime() - processorTime) / elapsed;
    return Timing.of(new double[] {elapsed * 1e-9}, processors);
  }

  /** The seconds of every token after the first. */
  static Timing others(GenerationStream stream) throws InterruptedException {
    long calledAt = System.nanoTime();
    int firstTokens = next(stream).orElseThrow().tokenIds().size();
    long start = System.nanoTime();
    long processorTime = SYSTEM.getProcessCpuTime();
    List<Double> seconds = new ArrayList<>();
    long last = start;
    for (Optional<GenerationChunk> chunk = next(stream); chunk.isPresent(); chunk = next(stream)) {
      long now = System.nanoTime();
      // a reader that was late finds several tokens at once
      int tokens = chunk.get().tokenIds().size();
      seconds.addAll(Collections.nCopies(tokens, (now - last) * 1e-9 / tokens));
      last = now;
    }
    if (seconds.isEmpty()) {
      // so late that all were there: with the prompt's time the figure is too bad, not too good
      return Timing.of(new double[] {(start - calledAt) * 1e-9 / firstTokens}, 0);
    }
    double processors = (double) (SYSTEM.getProcessCpuTime() - processorTime) / (last - start);
    return Timing.of(seconds.stream().mapToDouble(Double::doubleValue).toArray(), processors);
  }

  /** The next chunk that has tokens. */
  private static Optional<GenerationChunk> next(GenerationStream stream)
      throws InterruptedException {
    Optional<GenerationChunk> chunk = stream.next();
    while (chunk.isPresent() && chunk.get().tokenIds().isEmpty()) {
      chunk = stream.next();
    }
    return chunk;
  }
}

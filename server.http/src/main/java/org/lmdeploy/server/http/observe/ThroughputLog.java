package org.lmdeploy.server.http.observe;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.runtime.ServedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what each model does, as long as it does something: one line of a model each time that it is
 * run. Run by one thread at a time.
 */
public final class ThroughputLog implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ThroughputLog.class);
  private static final double SECONDS = 1e-9;

  private final ObservedModels models;
  private Map<ServedModel, EngineStats> before = new HashMap<>();
  private long then = System.nanoTime();

  /** Begins to measure. */
  public ThroughputLog(ObservedModels models) {
    this.models = models;
  }

  @Override
  public void run() {
    try {
      lines(System.nanoTime()).forEach(LOG::info);
    } catch (RuntimeException e) {
      LOG.error("the throughput cannot be told", e); // a timer would drop it, and all later lines
    }
  }

  /** The lines about the time since the last call. */
  List<String> lines(long now) {
    double seconds = Math.max(1, now - then) * SECONDS;
    then = now;
    Map<ServedModel, EngineStats> last = before;
    before = new HashMap<>();
    return models.all().stream()
        .map(model -> line(model, last.get(model.model()), seconds))
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private String line(ObservedModel model, EngineStats last, double seconds) {
    EngineStats stats = model.stats();
    before.put(model.model(), stats);
    long prompt = stats.promptTokens() - (last == null ? 0 : last.promptTokens());
    long generated = stats.generatedTokens() - (last == null ? 0 : last.generatedTokens());
    if (prompt == 0 && generated == 0 && stats.running() == 0 && stats.waiting() == 0) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "%s: prompt throughput %.1f tokens/s, generation throughput %.1f tokens/s,"
            + " running %d, waiting %d, KV cache usage %.1f%%, prefix cache hit rate %.1f%%",
        model.name(),
        prompt / seconds,
        generated / seconds,
        stats.running(),
        stats.waiting(),
        100 * Exposition.share(stats.kvBlocksUsed(), stats.kvBlocks()),
        100 * Exposition.hitRate(stats));
  }
}

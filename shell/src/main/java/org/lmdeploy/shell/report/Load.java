package org.lmdeploy.shell.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;

/** How busy models are: what their engines counted over a stretch of time. */
public final class Load {
  private static final double MOST_SECONDS = 3600;
  private static final double NANO = 1e-9;

  private Load() {}

  /**
   * Waits, and gives some lines for each model.
   *
   * @param seconds how long tokens are counted
   */
  public static List<String> measure(ModelManager manager, double seconds)
      throws InterruptedException {
    if (!(seconds > 0) || seconds > MOST_SECONDS) {
      throw new InvalidRequestException(
          "seconds", "--seconds is " + seconds + "; it must be above 0 and at most 3600");
    }
    List<ServedModel> models = manager.models();
    if (models.isEmpty()) {
      return Models.table(manager);
    }
    List<EngineStats> before = models.stream().map(ServedModel::stats).toList();
    long start = System.nanoTime();
    Thread.sleep((long) (seconds * 1000));
    double passed = (System.nanoTime() - start) * NANO;
    List<String> lines = new ArrayList<>();
    IntStream.range(0, models.size())
        .forEach(
            i -> {
              lines.add(models.get(i).name());
              lines.addAll(lines(before.get(i), models.get(i).stats(), passed));
            });
    return lines;
  }

  /** What happened between two moments. */
  static List<String> lines(EngineStats before, EngineStats now, double seconds) {
    double used = now.kvBlocks() == 0 ? 0 : 100.0 * now.kvBlocksUsed() / now.kvBlocks();
    return List.of(
        String.format(
            Locale.ROOT,
            "  requests: %d running, %d waiting; %.2f finished/s",
            now.running(),
            now.waiting(),
            (now.finished() - before.finished()) / seconds),
        String.format(
            Locale.ROOT,
            "  KV cache: %d of %d blocks in use (%.1f %%), %d kept for reuse; %s committed",
            now.kvBlocksUsed(),
            now.kvBlocks(),
            used,
            now.kvBlocksCached(),
            Sizes.bytes(now.kvCommittedBytes())),
        String.format(
            Locale.ROOT,
            "  tokens/s: %.1f generated, %.1f of prompts, %.1f from the prefix cache (over %.1f s)",
            (now.generatedTokens() - before.generatedTokens()) / seconds,
            (now.promptTokens() - before.promptTokens()) / seconds,
            (now.cachedTokens() - before.cachedTokens()) / seconds,
            seconds));
  }
}

package org.lmdeploy.shell.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;

/** What is loaded, and how it is doing. */
public final class Models {
  private Models() {}

  /** A table of the loaded models, or the names of what could be loaded. */
  public static List<String> table(ModelManager manager) {
    if (manager.models().isEmpty()) {
      return List.of(
          "No model is loaded. Embedded models: "
              + orNone(manager.embeddedModels())
              + ". Load one with lmdeploy:load NAME or lmdeploy:load FOLDER.");
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format("%-28s %-7s %8s  %-12s %s", "NAME", "IMAGES", "SESSION", "LOADED", "FOLDER"));
    for (ServedModel model : manager.models()) {
      lines.add(
          String.format(
              "%-28s %-7s %8d  %-12s %s",
              model.name(),
              model.takesImages() ? "yes" : "no",
              model.sessionLen(),
              ago(model.loadedAt()),
              model.folder()));
    }
    return lines;
  }

  /** The counts of each loaded model, the devices, and whatever does not run. */
  public static List<String> status(ModelManager manager, Diagnosis diagnosis) {
    List<String> lines = new ArrayList<>();
    for (ServedModel model : manager.models()) {
      lines.add(model.name());
      stats(model.stats()).forEach(line -> lines.add("  " + line));
    }
    if (lines.isEmpty()) {
      lines.addAll(table(manager));
    }
    manager
        .devices()
        .forEach(device -> lines.add("device " + device.id() + ": " + device.description()));
    manager.unavailableDevices().forEach(line -> lines.add("unusable device " + line));
    diagnosis.lines().forEach(line -> lines.add("problem: " + line));
    return lines;
  }

  private static List<String> stats(EngineStats stats) {
    return List.of(
        "running " + stats.running() + ", waiting " + stats.waiting() + ", steps " + stats.steps(),
        "KV blocks: "
            + stats.kvBlocksUsed()
            + " used, "
            + stats.kvBlocksCached()
            + " cached, "
            + stats.kvBlocks()
            + " in all; "
            + Sizes.bytes(stats.kvCommittedBytes())
            + " committed",
        "tokens: "
            + stats.promptTokens()
            + " of prompts, "
            + stats.cachedTokens()
            + " from the prefix cache, "
            + stats.generatedTokens()
            + " generated",
        "requests: "
            + stats.finished()
            + " finished, "
            + stats.cancelled()
            + " cancelled, "
            + stats.failed()
            + " failed, "
            + stats.preemptions()
            + " preemptions");
  }

  private static String ago(Instant time) {
    Duration age = Duration.between(time, Instant.now());
    if (age.toMinutes() < 1) {
      return age.toSeconds() + " s ago";
    }
    return age.toHours() < 1 ? age.toMinutes() + " min ago" : age.toHours() + " h ago";
  }

  private static String orNone(List<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}

package org.lmdeploy.hub.remote;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Tells, twentieth by twentieth, how much of some files has arrived. Safe for many threads. */
final class TransferProgress {
  private static final int STEPS = 20;

  private final String what;
  private final long total;
  private final Consumer<String> lines;
  private final Map<String, Long> arrived = new HashMap<>();
  private long bytes;
  private int told = -1;

  /**
   * @param what what is downloaded
   * @param total bytes in all
   */
  TransferProgress(String what, long total, Consumer<String> lines) {
    this.what = what;
    this.total = total;
    this.lines = lines;
  }

  /** So many bytes of a file are there; it may be fewer than before. */
  synchronized void arrived(String file, long count) {
    Long before = arrived.put(file, count);
    bytes += count - (before == null ? 0 : before);
    int done = (int) Math.min(STEPS, STEPS * bytes / Math.max(1, total));
    if (done > told) {
      told = done;
      lines.accept(
          "downloading %s: %d %% of %,.1f MB".formatted(what, done * 100 / STEPS, total / 1e6));
    }
  }

  /** Something that is worth a line of its own. */
  void note(String line) {
    lines.accept(line);
  }
}

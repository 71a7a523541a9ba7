package org.lmdeploy.hub.remote;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells how much of some files has arrived: large ones twentieth by twentieth, small ones at their
 * beginning and end. Safe for many threads.
 */
final class TransferProgress {
  private static final long LARGE = 10_000_000;

  private final String what;
  private final long total;
  private final int steps;
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
    this.steps = total < LARGE ? 1 : 20;
    this.lines = lines;
  }

  /** So many bytes of a file are there; it may be fewer than before. */
  synchronized void arrived(String file, long count) {
    Long before = arrived.put(file, count);
    bytes += count - (before == null ? 0 : before);
    int done = (int) Math.min(steps, steps * bytes / Math.max(1, total));
    if (done > told) {
      told = done;
      lines.accept("downloading %s: %d %% of %s".formatted(what, done * 100 / steps, size(total)));
    }
  }

  private static String size(long bytes) {
    return bytes < LARGE
        ? String.format(Locale.ROOT, "%,d kB", (bytes + 999) / 1000)
        : String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }

  /** Something that is worth a line of its own. */
  void note(String line) {
    lines.accept(line);
  }
}

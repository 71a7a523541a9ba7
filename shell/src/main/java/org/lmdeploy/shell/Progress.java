package org.lmdeploy.shell;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Shows the stages of long work: on a terminal one line that changes and counts the seconds,
 * elsewhere a line for each stage.
 */
public final class Progress implements Consumer<String>, AutoCloseable {
  private static final long REFRESH_MILLIS = 200;
  private static final String CLEAR = "\r\u001b[K";

  /** A line that is longer than the terminal is wide cannot be written over. */
  private static final int WIDTH = 66;

  private final PrintStream out;
  private final Thread ticker;
  private final long started = System.nanoTime();
  private String stage = "";

  private Progress(PrintStream out, boolean rewrite) {
    this.out = out;
    this.ticker = rewrite ? Thread.ofVirtual().name("progress").start(this::tick) : null;
  }

  /** Progress on the error stream. */
  public static Progress onStandardError() {
    return new Progress(System.err, Console.canRewriteLines());
  }

  @Override
  public synchronized void accept(String next) {
    stage = next;
    if (ticker == null) {
      out.println(next);
    } else {
      draw();
    }
  }

  private synchronized void draw() {
    double seconds = (System.nanoTime() - started) / 1e9;
    String shown = stage.length() <= WIDTH ? stage : stage.substring(0, WIDTH - 1) + "…";
    out.print(CLEAR + String.format(Locale.ROOT, "%s (%.1f s)", shown, seconds));
    out.flush();
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(REFRESH_MILLIS);
        draw();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Removes the line. */
  @Override
  public void close() {
    if (ticker == null) {
      return;
    }
    ticker.interrupt();
    try {
      ticker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.print(CLEAR);
    out.flush();
  }
}

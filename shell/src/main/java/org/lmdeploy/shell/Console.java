package org.lmdeploy.shell;

/** What the standard streams of this process are connected to; the start script says it. */
public final class Console {
  private static final String CONNECTED = System.getProperty("lmdeploy.terminal", "");

  private Console() {}

  /** Whether a person can type here and see what is typed. */
  public static boolean isInteractive() {
    return CONNECTED.contains("0") && CONNECTED.contains("1");
  }

  /** Whether the error stream is a terminal, where a line may be written over. */
  public static boolean canRewriteLines() {
    return CONNECTED.contains("2");
  }
}

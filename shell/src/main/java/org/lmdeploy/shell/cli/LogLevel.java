package org.lmdeploy.shell.cli;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * LMDeploy's names of log levels; the loggers are held, because their levels would be lost with
 * them.
 */
enum LogLevel {
  CRITICAL(Level.SEVERE),
  ERROR(Level.SEVERE),
  WARNING(Level.WARNING),
  INFO(Level.INFO),
  DEBUG(Level.FINE);

  private static final Logger ALL = Logger.getLogger("");
  private static final Logger OURS = Logger.getLogger("org.lmdeploy");
  private final Level level;

  LogLevel(Level level) {
    this.level = level;
  }

  /** Everything logs from this level on. */
  void apply() {
    for (Logger logger : List.of(ALL, OURS)) {
      logger.setLevel(level);
    }
  }

  /** Keeps this platform's information out of the way of a person who is shown it otherwise. */
  static Runnable quiet() {
    Level before = OURS.getLevel();
    OURS.setLevel(Level.WARNING);
    return () -> OURS.setLevel(before);
  }
}

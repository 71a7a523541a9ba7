package org.lmdeploy.shell.gogo;

import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.LmDeployException;

/**
 * What a command's failure looks like: Gogo calls commands by reflection and passes on what comes
 * of it.
 */
final class Failures {
  private static final Logger LOG = Logger.getLogger(Failures.class.getName());

  private Failures() {}

  /** Prints one message, and gives the exit code. */
  static int tell(Exception failure, PrintStream err) {
    Throwable cause = failure;
    while (cause instanceof InvocationTargetException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof LmDeployException known) {
      err.println("lmdeploy: " + known.getMessage());
      return known.code().exitCode();
    }
    if (cause instanceof InterruptedException) {
      err.println("(interrupted)");
      return ErrorCode.CANCELLED.exitCode();
    }
    err.println("lmdeploy: " + (cause.getMessage() == null ? cause : cause.getMessage()));
    LOG.log(Level.FINE, "the command failed", failure);
    return ErrorCode.INTERNAL.exitCode();
  }
}

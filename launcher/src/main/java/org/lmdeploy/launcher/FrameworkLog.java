package org.lmdeploy.launcher;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;

/** What the framework itself has to say, in the same log as everything else. */
final class FrameworkLog extends org.apache.felix.framework.Logger {
  private static final Logger LOG = Logger.getLogger("org.apache.felix.framework");

  @Override
  @SuppressWarnings("rawtypes") // as Felix declares it
  protected void doLog(
      Bundle bundle, ServiceReference sr, int level, String msg, Throwable throwable) {
    Level julLevel =
        switch (level) {
          case LOG_ERROR -> Level.SEVERE;
          case LOG_WARNING -> Level.WARNING;
          case LOG_INFO -> Level.INFO;
          default -> Level.FINE;
        };
    String message = bundle == null ? msg : "[" + bundle.getSymbolicName() + "] " + msg;
    boolean plain = throwable instanceof BundleException;
    LogRecord entry =
        new LogRecord(
            julLevel, plain ? message + ": " + reason((BundleException) throwable) : message);
    entry.setLoggerName(LOG.getName());
    entry.setThrown(plain ? throwable.getCause() : throwable);
    LOG.log(entry);
  }

  /** The framework's reason why a bundle does not start, which it says twice in one message. */
  static String reason(BundleException failure) {
    String message = String.valueOf(failure.getMessage());
    int again = message.indexOf(" Unresolved requirements: ");
    return again < 0 ? message : message.substring(0, again);
  }
}

package org.lmdeploy.launcher;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** What the framework itself has to say, in the same log as everything else. */
final class FrameworkLog extends org.apache.felix.framework.Logger {
  private static final Logger LOG = Logger.getLogger("org.apache.felix.framework");

  @Override
  @SuppressWarnings("rawtypes") // as Felix declares it
  protected void doLog(Bundle bundle, ServiceReference sr, int level, String msg, Throwable throwable) {
    Level julLevel = switch (level) {
      case LOG_ERROR -> Level.SEVERE;
      case LOG_WARNING -> Level.WARNING;
      case LOG_INFO -> Level.INFO;
      default -> Level.FINE;
    };
    LogRecord entry = new LogRecord(julLevel, bundle == null ? msg : "[" + bundle.getSymbolicName() + "] " + msg);
    entry.setLoggerName(LOG.getName());
    entry.setThrown(throwable);
    LOG.log(entry);
  }
}

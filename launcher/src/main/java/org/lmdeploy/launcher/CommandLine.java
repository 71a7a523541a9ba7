package org.lmdeploy.launcher;

import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Filter;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The command among the bundles: the service {@code Callable<Integer>} that asks for the main
 * thread with the property {@code main.thread=true}, as with bnd's own launcher. Its result is the
 * exit code of the process.
 */
final class CommandLine {
  private static final String FILTER =
      "(&(objectClass=java.util.concurrent.Callable)(main.thread=true))";

  /** Components come up with their bundles; what is missing after this time is missing for good. */
  private static final long PATIENCE_MILLIS = 10_000;

  private CommandLine() {}

  static int run(BundleContext context) throws Exception {
    ServiceTracker<Object, Object> tracker = new ServiceTracker<>(context, filter(context), null);
    tracker.open();
    try {
      String unresolved = tracker.isEmpty() ? unresolved(context) : "";
      // A bundle that does not resolve now will not do so by waiting.
      Object command = tracker.waitForService(unresolved.isEmpty() ? PATIENCE_MILLIS : 1);
      if (!(command instanceof Callable<?> callable)) {
        throw new LaunchException(
            "No running bundle of this distribution offers the command line." + unresolved);
      }
      return callable.call() instanceof Integer code ? code : 0;
    } finally {
      tracker.close();
    }
  }

  private static Filter filter(BundleContext context) {
    try {
      return context.createFilter(FILTER);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The bundles that could not be resolved, each with the framework's reason. */
  static String unresolved(BundleContext context) {
    StringJoiner lines =
        new StringJoiner(System.lineSeparator() + "  ", System.lineSeparator() + "  ", "");
    lines.setEmptyValue("");
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getState() == Bundle.INSTALLED
          && bundle.adapt(BundleStartLevel.class).isPersistentlyStarted()) {
        lines.add(bundle.getSymbolicName() + ": " + reason(bundle));
      }
    }
    return lines.toString();
  }

  private static String reason(Bundle bundle) {
    try {
      bundle.start();
      return "could not be started at first, and now could";
    } catch (BundleException e) {
      return FrameworkLog.reason(e);
    }
  }
}

package org.lmdeploy.launcher;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import sun.misc.Signal;

/**
 * What SIGTERM and SIGINT do. A command that wants to end in its own time, as a server that answers
 * what it has begun, offers a {@code Runnable} service with the property {@code
 * lmdeploy.stop=true}: it is run while everything else, the log too, still works, and the process
 * ends with exit code 0 when it returns. Other commands end as the virtual machine ends them. A
 * second signal ends the process at once.
 */
final class StopSignals {
  private static final Logger LOG = Logger.getLogger(StopSignals.class.getName());
  private static final String FILTER = "(lmdeploy.stop=true)";

  /** A shell's exit code for a process that a signal ended is the signal's number and this. */
  private static final int BY_SIGNAL = 128;

  private final BundleContext context;
  private final AtomicBoolean stopping = new AtomicBoolean();

  private StopSignals(BundleContext context) {
    this.context = context;
  }

  static void install(BundleContext context) {
    StopSignals signals = new StopSignals(context);
    for (String name : List.of("TERM", "INT")) {
      // each signal is handled by a thread of its own, which may wait
      Signal.handle(new Signal(name), signals::handle);
    }
  }

  private void handle(Signal signal) {
    int code = BY_SIGNAL + signal.getNumber();
    if (!stopping.compareAndSet(false, true)) {
      Runtime.getRuntime().halt(code);
    }
    System.exit(stopInOrder() ? 0 : code);
  }

  /** Returns false if there was nothing that wanted to end in its own time. */
  private boolean stopInOrder() {
    try {
      Collection<ServiceReference<Runnable>> stops =
          context.getServiceReferences(Runnable.class, FILTER);
      for (ServiceReference<Runnable> stop : stops) {
        context.getService(stop).run();
      }
      return !stops.isEmpty();
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    } catch (RuntimeException e) {
      LOG.log(Level.SEVERE, "The command did not stop in order", e);
      return false;
    }
  }
}

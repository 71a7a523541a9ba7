package org.lmdeploy.launcher;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

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

  /** The signals with the exit codes that shells give processes which they ended. */
  private static final Map<String, Integer> SIGNALS = Map.of("TERM", 143, "INT", 130);

  private final BundleContext context;
  private final AtomicBoolean stopping = new AtomicBoolean();

  private StopSignals(BundleContext context) {
    this.context = context;
  }

  static void install(BundleContext context) {
    StopSignals signals = new StopSignals(context);
    try {
      for (Map.Entry<String, Integer> signal : SIGNALS.entrySet()) {
        handle(signal.getKey(), () -> signals.stop(signal.getValue()));
      }
    } catch (ReflectiveOperationException e) {
      LOG.log(Level.WARNING, "Signals end this process at once, for this Java has no handlers", e);
    }
  }

  /**
   * Has a signal handled, by a thread of its own each time. By reflection: the JDK supports its
   * class {@code Signal}, but no compiler lets a program name it without a warning.
   */
  private static void handle(String name, Runnable action) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    InvocationHandler handling =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> {
                action.run();
                yield null;
              }
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> name + " handler";
            };
    signal
        .getMethod("handle", signal, handler)
        .invoke(
            null,
            signal.getConstructor(String.class).newInstance(name),
            Proxy.newProxyInstance(
                StopSignals.class.getClassLoader(), new Class<?>[] {handler}, handling));
  }

  private void stop(int code) {
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

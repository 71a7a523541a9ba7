package org.lmdeploy.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.felix.framework.util.FelixConstants;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;

/**
 * The running framework of a distribution: its bundles are installed once per cache, and a later
 * start finds them there.
 */
final class Host implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Host.class.getName());

  /**
   * The bundles that bring configuration and components up, so that the others start configured.
   */
  private static final int FIRST = 1;

  private static final int PRODUCT = 2;
  private static final int LAST = 3;
  private static final long STOP_MILLIS = 20_000;

  private final Framework framework;
  private final CacheSlot cache;

  private Host(Framework framework, CacheSlot cache) {
    this.framework = framework;
    this.cache = cache;
  }

  /**
   * Starts every bundle of the distribution; a bundle that cannot be started is an error in the
   * log, not the end.
   */
  static Host start(Home home, String... arguments) throws LaunchException, IOException {
    CacheSlot cache = CacheSlot.take(home);
    Settings settings = Settings.read(home, cache.folder());
    boolean installed = cache.complete();
    if (!installed) {
      cache.clear();
    }
    cache.clearConfigurations();
    Host host =
        new Host(new FrameworkFactory().newFramework(configuration(settings, cache)), cache);
    try {
      host.framework.init(Host::report);
      if (!installed) {
        host.install(home, settings);
        cache.markComplete();
      }
      host.publish(arguments);
      host.framework.start();
      return host;
    } catch (BundleException e) {
      host.close();
      throw new LaunchException("The OSGi framework does not start: " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> configuration(Settings settings, CacheSlot cache) {
    Map<String, Object> configuration = new HashMap<>(settings.framework());
    configuration.put(Constants.FRAMEWORK_STORAGE, cache.folder().toString());
    configuration.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(LAST));
    configuration.put(FelixConstants.LOG_LOGGER_PROP, new FrameworkLog());
    return configuration;
  }

  private void install(Home home, Settings settings) throws LaunchException, BundleException {
    BundleContext context = framework.getBundleContext();
    List<String> idle = settings.list("idle");
    for (Path jar : home.bundles()) {
      Bundle bundle = context.installBundle("reference:" + jar.toUri());
      String name = bundle.getSymbolicName();
      bundle.adapt(BundleStartLevel.class).setStartLevel(startLevel(name, settings));
      boolean fragment =
          (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
      if (!fragment && !idle.contains(name)) {
        bundle.start(Bundle.START_ACTIVATION_POLICY);
      }
    }
  }

  private static int startLevel(String bundle, Settings settings) {
    if (settings.list("first").contains(bundle)) {
      return FIRST;
    }
    return settings.list("last").contains(bundle) ? LAST : PRODUCT;
  }

  /** Offers the command line as a service, in the form that bnd's own launcher uses. */
  private void publish(String... arguments) {
    Map<String, Object> properties =
        Map.of("launcher.arguments", arguments, "launcher.ready", Boolean.TRUE);
    framework
        .getBundleContext()
        .registerService(Object.class, this, FrameworkUtil.asDictionary(properties));
  }

  private static void report(FrameworkEvent event) {
    switch (event.getType()) {
      case FrameworkEvent.ERROR ->
          LOG.log(
              Level.SEVERE,
              event.getThrowable(),
              () ->
                  "["
                      + event.getBundle().getSymbolicName()
                      + "] "
                      + event.getThrowable().getMessage());
      case FrameworkEvent.WARNING ->
          LOG.log(
              Level.WARNING,
              event.getThrowable(),
              () ->
                  "["
                      + event.getBundle().getSymbolicName()
                      + "] "
                      + event.getThrowable().getMessage());
      default ->
          LOG.log(
              Level.FINE, () -> "framework event " + event.getType() + " of " + event.getBundle());
    }
  }

  BundleContext context() {
    return framework.getBundleContext();
  }

  /** Stops all bundles, waits for them, and frees the cache for the next process. */
  @Override
  public void close() throws IOException {
    try {
      framework.stop();
      FrameworkEvent end = framework.waitForStop(STOP_MILLIS);
      if (end.getType() == FrameworkEvent.WAIT_TIMEDOUT) {
        LOG.severe("The framework did not stop within " + STOP_MILLIS / 1000 + " s; leaving it.");
      }
    } catch (BundleException e) {
      LOG.log(Level.SEVERE, "The framework cannot be stopped", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      cache.close();
    }
  }
}

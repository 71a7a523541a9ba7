package org.lmdeploy.plugin.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** What is asked of the framework. */
final class PluginBundles {
  private static final String LOCATION = "plugin:";

  /** Stopping a bundle lets requests of its models finish, for as long as they are given. */
  private static final long REFRESH_SECONDS = 120;

  private final BundleContext context;
  private final FrameworkWiring wiring;
  private int generation;

  PluginBundles(BundleContext context) {
    this.context = context;
    this.wiring = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
  }

  /** Removes what an earlier process left: the folder alone says what is there. */
  void forgetEarlierPlugins() throws BundleException {
    for (Bundle bundle : context.getBundles()) {
      if (isPlugin(bundle)) {
        bundle.uninstall();
      }
    }
  }

  /** Whether a bundle that is no plugin has this name. */
  boolean isPartOfTheDistribution(String symbolicName) {
    for (Bundle bundle : context.getBundles()) {
      if (!isPlugin(bundle) && symbolicName.equals(bundle.getSymbolicName())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPlugin(Bundle bundle) {
    return bundle.getLocation().startsWith(LOCATION);
  }

  /** Installs a copy of a jar, which may be replaced or removed from then on. */
  Bundle install(Path jar) throws IOException, BundleException {
    try (InputStream in = Files.newInputStream(jar)) {
      // Each content has a place of its own, so that the next can be resolved beside the running.
      return context.installBundle(LOCATION + jar.getFileName() + "#" + ++generation, in);
    }
  }

  /** Resolves those that can be, together, so that they may need each other. */
  void resolve(Collection<Bundle> bundles) {
    if (!bundles.isEmpty()) {
      wiring.resolveBundles(bundles);
    }
  }

  static boolean isResolved(Bundle bundle) {
    return (bundle.getState() & (Bundle.INSTALLED | Bundle.UNINSTALLED)) == 0;
  }

  /**
   * Starts a bundle for this process only: at the next start the folder says again what is there.
   */
  static void start(Bundle bundle) throws BundleException {
    bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
  }

  /** Gives what was wired to removed bundles new wires, or stops it. */
  void refresh() throws InterruptedException {
    if (wiring.getRemovalPendingBundles().isEmpty()) {
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    wiring.refreshBundles(
        null,
        event -> {
          if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
            done.countDown();
          }
        });
    if (!done.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "the framework did not refresh its bundles within " + REFRESH_SECONDS + " s");
    }
  }

  /** The bundles with those first whose packages or capabilities others among them use. */
  static List<Bundle> providersFirst(Collection<Bundle> bundles) {
    Set<Bundle> ordered = new LinkedHashSet<>();
    Set<Bundle> visited = new LinkedHashSet<>();
    bundles.forEach(bundle -> visit(bundle, bundles, visited, ordered));
    return new ArrayList<>(ordered);
  }

  private static void visit(
      Bundle bundle, Collection<Bundle> among, Set<Bundle> visited, Set<Bundle> ordered) {
    BundleWiring wires = bundle.adapt(BundleWiring.class);
    if (!among.contains(bundle) || !visited.add(bundle)) {
      return;
    }
    if (wires != null) {
      for (BundleWire wire : wires.getRequiredWires(null)) {
        visit(wire.getProvider().getBundle(), among, visited, ordered);
      }
    }
    ordered.add(bundle);
  }
}

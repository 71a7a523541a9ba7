package org.lmdeploy.plugin.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.lmdeploy.plugin.Plugin;
import org.lmdeploy.plugin.PluginFolder;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the plugins folder. The first look is taken while this component starts, so that a
 * command finds the plugins running.
 */
@Component(service = PluginFolder.class, immediate = true)
public final class PluginWatcher implements PluginFolder {
  private static final Logger LOG = LoggerFactory.getLogger(PluginWatcher.class);
  private static final String FOLDER = "lmdeploy.plugins";
  private static final String POLL = "lmdeploy.plugins.poll";

  private final Path folder;
  private final FolderScan scan;
  private final Admission admission;
  private final Journal journal = new Journal();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("lmdeploy-plugins").factory());
  private volatile List<Plugin> plugins = List.of();
  private String trouble = "";

  /** Made by declarative services. */
  @Activate
  public PluginWatcher(BundleContext context) throws BundleException {
    folder = Path.of(setting(context, FOLDER)).toAbsolutePath().normalize();
    String poll = setting(context, POLL);
    if (!poll.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalStateException(POLL + " is " + poll + "; milliseconds are needed");
    }
    scan = new FolderScan(folder);
    PluginBundles framework = new PluginBundles(context);
    framework.forgetEarlierPlugins();
    admission = new Admission(framework, new Requirements(context));
    if (!Files.isDirectory(folder)) {
      LOG.warn("The plugins folder {} does not exist; plugins run as soon as it does", folder);
    }
    look(true);
    long millis = Long.parseLong(poll);
    var _ = thread.scheduleWithFixedDelay(() -> look(false), millis, millis, TimeUnit.MILLISECONDS);
  }

  private static String setting(BundleContext context, String name) {
    String value = context.getProperty(name);
    if (value == null) {
      throw new IllegalStateException("the framework property " + name + " is not set");
    }
    return value;
  }

  @Deactivate
  void deactivate() {
    thread.shutdownNow();
  }

  /** A failure of one look must not be the last: the scheduler would drop a task that throws. */
  private void look(boolean first) {
    try {
      admission.follow(scan.look(), first);
      trouble = "";
    } catch (IOException | BundleException | RuntimeException e) {
      if (!e.toString().equals(trouble)) {
        trouble = e.toString();
        LOG.error("The plugins folder {} could not be followed", folder, e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    plugins = admission.describe();
    journal.write(plugins);
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public List<Plugin> plugins() {
    return plugins;
  }
}

package org.lmdeploy.shell.gogo;

import org.apache.felix.service.command.Descriptor;
import org.lmdeploy.plugin.PluginFolder;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.report.Plugins;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The command {@code lmdeploy:plugins}. */
@Component(
    service = Object.class,
    property = {"osgi.command.scope=lmdeploy", "osgi.command.function=plugins"})
public final class PluginCommands {
  private final Platform platform;

  @Activate
  public PluginCommands(BundleContext context) {
    platform = new Platform(context);
  }

  /** The plugins. */
  @Descriptor("the plugins, their states, and why one does not run")
  public String plugins() {
    return String.join(
        System.lineSeparator(),
        Plugins.table(platform.require(PluginFolder.class), platform.diagnosis()));
  }
}

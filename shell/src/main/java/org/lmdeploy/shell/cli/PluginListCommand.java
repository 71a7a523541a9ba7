package org.lmdeploy.shell.cli;

import java.util.concurrent.Callable;
import org.lmdeploy.plugin.PluginFolder;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.report.Plugins;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lmdeploy plugin list}. */
@Command(name = "list", description = "The plugins, and why one cannot run.")
final class PluginListCommand implements Callable<Integer> {
  private final Platform platform;
  @Mixin private HelpFlag help;

  PluginListCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() {
    Plugins.table(platform.require(PluginFolder.class), platform.diagnosis())
        .forEach(System.out::println);
    return 0;
  }
}

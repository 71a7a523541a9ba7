package org.lmdeploy.shell.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lmdeploy plugin}. */
@Command(
    name = "plugin",
    description = "Plugins: bundles in the distribution's plugins folder.",
    subcommands = {PluginListCommand.class, PluginNewCommand.class})
final class PluginsCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private HelpFlag help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "what to do is missing: list or new");
  }
}

package org.lmdeploy.shell.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lmdeploy serve}. */
@Command(
    name = "serve",
    description = "Serve a model, or talk with a server.",
    subcommands = {ApiServerCommand.class, ApiClientCommand.class, GradioCommand.class})
final class ServeCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private HelpFlag help;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "what to serve is missing: api_server, api_client or gradio");
  }
}

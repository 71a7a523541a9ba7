package org.lmdeploy.shell.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lmdeploy benchmark}. */
@Command(
    name = "benchmark",
    description = "Measure an engine or a server, with LMDeploy's benchmarks.",
    subcommands = {
      BenchmarkGenerationCommand.class,
      BenchmarkThroughputCommand.class,
      BenchmarkRestfulCommand.class,
      BenchmarkPlotCommand.class
    })
final class BenchmarkCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private HelpFlag help;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what to measure is missing: "
            + String.join(", ", spec.commandLine().getSubcommands().keySet()));
  }
}

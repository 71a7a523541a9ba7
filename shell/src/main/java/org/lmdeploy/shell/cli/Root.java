package org.lmdeploy.shell.cli;

import org.lmdeploy.shell.Platform;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code lmdeploy}. */
@Command(
    name = "lmdeploy",
    description = "Serves large language and vision-language models.",
    versionProvider = Root.Version.class,
    subcommands = {
      ChatCommand.class,
      ServeCommand.class,
      ListCommand.class,
      BenchmarkCommand.class,
      ConvertCommand.class,
      CheckEnvCommand.class,
      PluginsCommand.class,
      ShellCommand.class
    })
final class Root implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  @Option(
      names = {"-v", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is needed: " + String.join(", ", names(spec.commandLine())));
  }

  private static Iterable<String> names(CommandLine line) {
    return line.getSubcommands().keySet();
  }

  /** The version of this bundle. */
  static final class Version implements IVersionProvider {
    private final Platform platform;

    Version(Platform platform) {
      this.platform = platform;
    }

    @Override
    public String[] getVersion() {
      return new String[] {platform.context().getBundle().getVersion().toString()};
    }
  }
}

package org.lmdeploy.shell.cli;

import picocli.CommandLine.Option;

/** {@code --help} of every command. */
final class HelpFlag {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;
}

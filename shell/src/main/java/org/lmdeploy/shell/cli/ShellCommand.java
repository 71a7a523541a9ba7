package org.lmdeploy.shell.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.lmdeploy.shell.Console;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.chat.Input;
import org.lmdeploy.shell.chat.PipedInput;
import org.lmdeploy.shell.chat.TerminalInput;
import org.lmdeploy.shell.gogo.GogoShell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lmdeploy shell}. */
@Command(
    name = "shell",
    description =
        "Run commands of the Felix Gogo shell: lmdeploy:load, lmdeploy:why, lb, scr:list, help ...",
    footer = "Reads lines from the standard input where none is given here.")
final class ShellCommand implements Callable<Integer> {
  private final Platform platform;

  @Mixin private HelpFlag help;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "Commands to run, one each.")
  private List<String> commands = List.of();

  ShellCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() throws IOException {
    try (GogoShell shell = GogoShell.open(platform)) {
      if (!commands.isEmpty()) {
        return shell.run(commands);
      }
      try (Input input = Console.isInteractive() ? terminal(shell) : pipe()) {
        return shell.run(input);
      }
    }
  }

  private static Input terminal(GogoShell shell) throws IOException {
    Path history = Path.of(System.getProperty("user.home"), ".lmdeploy", "shell_history");
    Files.createDirectories(history.getParent());
    return new TerminalInput(history, shell.commandNames());
  }

  /** Every line is a command, so that none is joined with the next. */
  private static Input pipe() {
    return new PipedInput(
        new InputStreamReader(System.in, StandardCharsets.UTF_8), line -> !line.isBlank());
  }
}

package org.lmdeploy.shell.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.shell.Platform;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Runs the commands of the Felix shell, and shows how each is used. */
public final class FelixCommandLine {
  private static final int COLUMN = 14;

  private final Platform platform;

  public FelixCommandLine(Platform platform) {
    this.platform = platform;
  }

  /**
   * Runs a command.
   *
   * @return what it has to say; its usage for {@code --help}
   * @throws InvalidRequestException if the arguments cannot be understood
   */
  public String run(String command, String... arguments) throws Exception {
    CommandLine line = line();
    CommandLine asked = line.getSubcommands().get(command);
    ParseResult parsed = parse(line, asked, arguments);
    if (asked.isUsageHelpRequested()) {
      return usage(asked);
    }
    try {
      new RunLast().execute(parsed);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
    return asked.getExecutionResult();
  }

  /** One line for each command. */
  public String overview() {
    StringJoiner lines = new StringJoiner(System.lineSeparator());
    lines.add(
        "lmdeploy's commands; 'help COMMAND' or 'COMMAND --help' tells options and an example:");
    line()
        .getSubcommands()
        .forEach(
            (name, command) ->
                lines.add(
                    String.format(
                        "  lmdeploy:%-" + COLUMN + "s %s",
                        name,
                        command.getCommandSpec().usageMessage().description()[0])));
    return lines.toString();
  }

  /** How a command is used; empty if it is none of these. */
  public Optional<String> usage(String command) {
    Map<String, CommandLine> commands = line().getSubcommands();
    return Optional.ofNullable(commands.get(command)).map(FelixCommandLine::usage);
  }

  private CommandLine line() {
    return CommandLineRunner.line(FelixCommands.class, platform);
  }

  private static ParseResult parse(CommandLine line, CommandLine asked, String... arguments) {
    List<String> all = new ArrayList<>();
    all.add(asked.getCommandName());
    all.addAll(List.of(FlagNames.normalize(arguments)));
    try {
      return line.parseArgs(all.toArray(String[]::new));
    } catch (ParameterException e) {
      throw new InvalidRequestException("arguments", inShell(asked, NotBuilt.explain(e)));
    }
  }

  private static String usage(CommandLine line) {
    return inShell(line, line.getUsageMessage()).stripTrailing();
  }

  /** A command's name as it is typed in the Felix shell. */
  private static String inShell(CommandLine line, String text) {
    return text.replace(
        line.getCommandSpec().qualifiedName(), line.getCommandSpec().qualifiedName(":"));
  }
}

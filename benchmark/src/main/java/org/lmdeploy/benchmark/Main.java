package org.lmdeploy.benchmark;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.benchmark.server.OverheadCommand;
import org.lmdeploy.benchmark.server.SoakCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The benchmarks' command line. */
@Command(
    name = "benchmark/run",
    mixinStandardHelpOptions = true,
    description = "Benchmarks of LMDeploy for Java.",
    subcommands = {
      CheckpointCommand.class,
      GrammarCommand.class,
      HostCommand.class,
      OverheadCommand.class,
      SoakCommand.class
    })
public final class Main implements Runnable {
  /** Held, since the logging system forgets the level of a logger that nobody holds. */
  private static final Logger PLATFORM = Logger.getLogger("org.lmdeploy");

  @Spec private CommandSpec spec;

  private Main() {}

  /** Runs a command and exits with its status. */
  public static void main(String[] args) {
    PLATFORM.setLevel(Level.WARNING);
    CommandLine line = new CommandLine(new Main());
    line.setExecutionExceptionHandler(Main::explain);
    System.exit(line.execute(args));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed");
  }

  /** What a user did wrong is one line; anything else is a mistake here and keeps its trace. */
  private static int explain(Exception e, CommandLine line, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof LmDeployException || e instanceof IOException) {
      PrintWriter err = line.getErr();
      err.println(line.getCommandName() + ": " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw e;
  }
}

package org.lmdeploy.shell.cli;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.gogo.PluginCommand;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Runs one command line; every failure ends as one clear message and an exit code. */
public final class CommandLineRunner {
  private static final Logger LOG = Logger.getLogger(CommandLineRunner.class.getName());

  private CommandLineRunner() {}

  /** Runs a command and gives its exit code. */
  public static int run(Platform platform, String... arguments) {
    String[] normal = FlagNames.normalize(arguments);
    CommandLine line = commandLine(platform);
    if (normal.length > 0 && !line.getSubcommands().containsKey(normal[0])) {
      PluginCommand plugin = new PluginCommand(platform.context());
      if (plugin.exists(normal[0])) {
        return plugin.run(normal[0], Arrays.copyOfRange(arguments, 1, arguments.length));
      }
    }
    return line.execute(normal);
  }

  static CommandLine commandLine(Platform platform) {
    return line(Root.class, platform)
        .setParameterExceptionHandler(CommandLineRunner::wrongUse)
        .setExecutionExceptionHandler(CommandLineRunner::failed)
        .setAbbreviatedOptionsAllowed(false);
  }

  /** A command line whose commands are given the platform. */
  static CommandLine line(Class<?> commands, Platform platform) {
    return new CommandLine(commands, new PlatformFactory(platform));
  }

  private static int wrongUse(ParameterException failure, String... arguments) {
    CommandLine command = failure.getCommandLine();
    command.getErr().println("lmdeploy: " + NotBuilt.explain(failure));
    command
        .getErr()
        .println(
            "Try '" + command.getCommandSpec().qualifiedName() + " --help' for what there is.");
    return ErrorCode.INVALID_REQUEST.exitCode();
  }

  private static int failed(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    if (failure instanceof LmDeployException known) {
      command.getErr().println("lmdeploy: " + known.getMessage());
      LOG.log(Level.FINE, "the command failed", known);
      return known.code().exitCode();
    }
    LOG.log(Level.SEVERE, "The command failed because of a defect", failure);
    return ErrorCode.INTERNAL.exitCode();
  }

  /** Makes commands, which take the platform, and whatever picocli needs besides. */
  private record PlatformFactory(Platform platform) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        if (Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {Platform.class})) {
          return type.cast(constructor.newInstance(platform));
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}

package org.lmdeploy.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Starts a distribution: {@code java … -jar lib/launcher.jar COMMAND ARGUMENTS}. */
public final class Main {
  /** The exit code for a process that could not start; commands have their own. */
  private static final int CANNOT_START = 70;

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String... arguments) {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) {
    try {
      JvmFlags.require();
      Home home = Home.find();
      configureLogging(home);
      try (Host host = Host.start(home, arguments)) {
        stopAtTheEnd(host);
        StopSignals.install(host.context());
        return CommandLine.run(host.context());
      }
    } catch (LaunchException e) {
      System.err.println(e.getMessage());
      Logger.getLogger(Main.class.getName()).log(Level.FINE, "not started", e);
      return CANNOT_START;
    } catch (Exception e) {
      Logger.getLogger(Main.class.getName()).log(Level.SEVERE, "The command failed: " + e, e);
      return CANNOT_START;
    }
  }

  /** However the process ends, the bundles are stopped in order, so that files are closed. */
  private static void stopAtTheEnd(Host host) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    host.close();
                  } catch (IOException e) {
                    Logger.getLogger(Main.class.getName())
                        .log(Level.SEVERE, "The framework's cache was not freed", e);
                  }
                },
                "stop"));
  }

  private static void configureLogging(Home home) throws LaunchException {
    if (System.getProperty("java.util.logging.config.file") != null) {
      return;
    }
    Path file = home.conf().resolve("logging.properties");
    try (InputStream in = Files.newInputStream(file)) {
      LogManager.getLogManager().readConfiguration(in);
    } catch (IOException e) {
      throw new LaunchException(
          "The logging configuration " + file + " cannot be read: " + e.getMessage(), e);
    }
  }
}

package org.lmdeploy.shell.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.remote.RemoteShell;
import org.lmdeploy.shell.remote.RemoteShellOptions;
import picocli.CommandLine.Option;

/** The Felix shell of a running server, over SSH; off unless a port is given. */
final class RemoteShellFlags {
  @Option(
      names = "--shell-port",
      paramLabel = "PORT",
      description =
          "Offer the Felix shell over SSH on this port, on this machine only; 0 for any that is"
              + " free (default: off).")
  private Integer port;

  @Option(
      names = "--shell-host",
      paramLabel = "ADDRESS",
      description = "The loopback address to offer it on (default: 127.0.0.1).")
  private String host;

  @Option(
      names = "--shell-authorized-keys",
      paramLabel = "FILE",
      description =
          "Public keys that may log in, in OpenSSH's format (default: a password is made at each"
              + " start and printed).")
  private Path authorizedKeys;

  /** What was asked for; empty if the shell stays off. */
  Optional<RemoteShellOptions> toOptions() {
    if (port == null) {
      if (host != null || authorizedKeys != null) {
        throw new InvalidRequestException(
            "shell-port", "the shell is off without --shell-port; give a port, for example 2222");
      }
      return Optional.empty();
    }
    return Optional.of(
        new RemoteShellOptions(
            RemoteShellOptions.address(host == null ? "127.0.0.1" : host),
            port,
            Optional.ofNullable(authorizedKeys),
            Path.of(System.getProperty("user.home"), ".lmdeploy", "shell_host_key")));
  }

  /** Starts it if it was asked for, and says how to log in. */
  static Optional<RemoteShell> start(Platform platform, Optional<RemoteShellOptions> options) {
    Optional<RemoteShell> shell = options.map(asked -> RemoteShell.start(platform, asked));
    shell.ifPresent(
        running -> {
          System.out.println("Shell: " + running.instructions());
          System.out.flush();
        });
    return shell;
  }
}

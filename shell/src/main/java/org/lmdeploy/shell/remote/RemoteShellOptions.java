package org.lmdeploy.shell.remote;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * How the remote shell is started.
 *
 * @param address the address to listen on; one of this machine's own loopback network
 * @param port the port; 0 for one that the system chooses
 * @param authorizedKeys the file of public keys that may log in; without one a password is made
 * @param hostKey the file of the server's own key, which is made if it is missing
 */
public record RemoteShellOptions(
    InetAddress address, int port, Optional<Path> authorizedKeys, Path hostKey) {
  /** Checks the address and the port. */
  public RemoteShellOptions {
    Objects.requireNonNull(authorizedKeys, "authorizedKeys");
    Objects.requireNonNull(hostKey, "hostKey");
    if (!address.isLoopbackAddress()) {
      throw new InvalidRequestException(
          "shell-host",
          "--shell-host is "
              + address.getHostAddress()
              + "; whoever uses the shell has this process in their hands, so that it listens on"
              + " the loopback addresses 127.0.0.1 and ::1 only. From another machine use a tunnel:"
              + " ssh -L PORT:127.0.0.1:PORT MACHINE");
    }
    if (port < 0 || port > 65_535) {
      throw new InvalidRequestException(
          "shell-port", "--shell-port is " + port + "; it must be from 0 to 65535");
    }
  }

  /** The address of a name. */
  public static InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new InvalidRequestException(
          "shell-host", "--shell-host is " + host + ", which is no address; try 127.0.0.1", e);
    }
  }
}

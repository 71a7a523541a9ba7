package org.lmdeploy.shell.remote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.shell.Platform;

/**
 * An SSH server whose only service is the Felix shell: a shell for a person, or one command. There
 * is no forwarding and no file transfer. Any user name may log in that has an authorized key, or
 * the password.
 */
public final class RemoteShell implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RemoteShell.class.getName());

  private final SshServer server;
  private final RemoteShellOptions options;
  private final Optional<Password> password;

  private RemoteShell(SshServer server, RemoteShellOptions options, Optional<Password> password) {
    this.server = server;
    this.options = options;
    this.password = password;
  }

  /**
   * Starts to listen.
   *
   * @throws InvalidRequestException if the port is taken, or the file of keys cannot be used
   */
  public static RemoteShell start(Platform platform, RemoteShellOptions options) {
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost(options.address().getHostAddress());
    server.setPort(options.port());
    server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
    server.setKeyPairProvider(hostKey(options.hostKey()));
    Optional<Password> password = authentication(server, options);
    server.setShellFactory(channel -> ShellChannel.forPerson(platform));
    server.setCommandFactory((channel, command) -> ShellChannel.forCommand(platform, command));
    RemoteShell shell = new RemoteShell(server, options, password);
    try {
      server.start();
    } catch (IOException e) {
      shell.close();
      throw new InvalidRequestException(
          "shell-port",
          "the shell cannot listen on " + shell.address(options.port()) + ": " + e.getMessage(),
          e);
    }
    LOG.info(() -> "The shell listens on " + shell.address(shell.port()) + " (SSH)");
    return shell;
  }

  private static Optional<Password> authentication(SshServer server, RemoteShellOptions options) {
    if (options.authorizedKeys().isPresent()) {
      server.setPublickeyAuthenticator(authorized(options.authorizedKeys().get()));
      return Optional.empty();
    }
    Password password = Password.random();
    server.setPasswordAuthenticator((user, given, session) -> password.matches(given));
    return Optional.of(password);
  }

  private static PublickeyAuthenticator authorized(Path file) {
    try {
      List<AuthorizedKeyEntry> entries = AuthorizedKeyEntry.readAuthorizedKeys(file);
      if (entries.isEmpty()) {
        throw new InvalidRequestException(
            "shell-authorized-keys", file + " holds no public key; nobody could log in");
      }
      entries.forEach(entry -> requireSupported(file, entry));
      return PublickeyAuthenticator.fromAuthorizedEntries(
          file, null, entries, PublicKeyEntryResolver.FAILING);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new InvalidRequestException(
          "shell-authorized-keys",
          "the file of authorized keys " + file + " cannot be read: " + e.getMessage(),
          e);
    }
  }

  private static void requireSupported(Path file, AuthorizedKeyEntry entry) {
    if (KeyUtils.getPublicKeyEntryDecoder(entry.getKeyType()) == null) {
      throw new InvalidRequestException(
          "shell-authorized-keys",
          file
              + " holds a key of the type "
              + entry.getKeyType()
              + ", which cannot be used here; RSA and ECDSA keys can (ssh-keygen -t ecdsa)");
    }
  }

  /** The same key at every start, so that clients know the server again. */
  private static SimpleGeneratorHostKeyProvider hostKey(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("The folder of the shell's host key cannot be made", e);
    }
    SimpleGeneratorHostKeyProvider provider = new SimpleGeneratorHostKeyProvider(file);
    provider.setAlgorithm("EC");
    provider.setKeySize(256);
    return provider;
  }

  /** The port that is listened on. */
  public int port() {
    return server.getPort();
  }

  /** What a person types to log in, and with which secret. */
  public String instructions() {
    String command = "ssh -p " + port() + " lmdeploy@" + options.address().getHostAddress();
    return password
        .map(secret -> command + "   password: " + secret.text())
        .orElseGet(() -> command + "   with a key of " + options.authorizedKeys().orElseThrow());
  }

  private String address(int port) {
    return options.address().getHostAddress() + ":" + port;
  }

  /** Ends all sessions and stops listening. */
  @Override
  public void close() {
    try {
      server.stop(true);
    } catch (IOException e) {
      throw new UncheckedIOException("The shell's server cannot be stopped", e);
    }
  }
}

package org.lmdeploy.shell.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.server.http.AccessOptions;
import org.lmdeploy.server.http.Permissions;
import org.lmdeploy.server.http.TlsFiles;
import picocli.CommandLine.Option;

/** Who may call the server, and over what kind of connection. */
final class AccessFlags {
  private static final String KEY_FILE = "SSL_KEYFILE";
  private static final String CERTIFICATE_FILE = "SSL_CERTFILE";

  @Option(
      names = "--api-keys",
      arity = "1..*",
      paramLabel = "KEY",
      description = "Keys of which every request must bring one (default: none is needed).")
  private List<String> apiKeys = List.of();

  @Option(
      names = "--ssl",
      description =
          "Serve HTTPS with the PEM files that the environment names: the private key in"
              + " SSL_KEYFILE, the certificates in SSL_CERTFILE.")
  private boolean ssl;

  @Option(
      names = "--enable-abort-handling",
      description = "Let callers end requests, also those of others, by /abort_request.")
  private boolean abortRequests;

  @Option(
      names = "--enable-model-admin",
      description = "Let callers load and unload models, by /v1/models/load and /v1/models/unload.")
  private boolean manageModels;

  @Option(
      names = "--allow-terminate-by-client",
      description = "Let callers end the server, by /terminate.")
  private boolean terminate;

  @Option(
      names = "--allow-unknown-fields",
      description = "Ignore fields of requests that nobody knows (default: they are refused).")
  private boolean unknownFields;

  /**
   * The same for the server.
   *
   * @param environment the process's variables; null for one that is not set
   */
  AccessOptions toOptions(UnaryOperator<String> environment) {
    Optional<TlsFiles> tls =
        ssl
            ? Optional.of(
                new TlsFiles(file(environment, KEY_FILE), file(environment, CERTIFICATE_FILE)))
            : Optional.empty();
    return new AccessOptions(
        apiKeys, tls, new Permissions(abortRequests, manageModels, terminate, unknownFields));
  }

  private static Path file(UnaryOperator<String> environment, String variable) {
    String name = environment.apply(variable);
    if (name == null || name.isBlank()) {
      throw new InvalidRequestException(
          "ssl",
          "--ssl is given and the variable "
              + variable
              + " is not set; it must name a PEM file, as must "
              + (variable.equals(KEY_FILE) ? CERTIFICATE_FILE : KEY_FILE));
    }
    return Path.of(name);
  }
}

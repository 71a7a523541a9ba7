package org.lmdeploy.shell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.server.http.AccessOptions;
import org.lmdeploy.server.http.TlsFiles;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class AccessFlagsTest {
  private static AccessOptions parse(String arguments, Map<String, String> environment) {
    Server server = new Server();
    new CommandLine(server).parseArgs(arguments.split(" "));
    return server.access.toOptions(environment::get);
  }

  @Test
  void takesSeveralKeysAndTheFilesOfTheEnvironment() {
    AccessOptions options =
        parse("--ssl --api-keys a b", Map.of("SSL_KEYFILE", "k.pem", "SSL_CERTFILE", "c.pem"));
    assertEquals(List.of("a", "b"), options.apiKeys());
    assertEquals(Optional.of(new TlsFiles(Path.of("k.pem"), Path.of("c.pem"))), options.tls());
  }

  @Test
  void theEnvironmentAloneDoesNothing() {
    AccessOptions options =
        parse("--api-keys a", Map.of("SSL_KEYFILE", "k.pem", "SSL_CERTFILE", "c.pem"));
    assertEquals(Optional.empty(), options.tls());
  }

  @ParameterizedTest
  @CsvSource({"SSL_KEYFILE, SSL_CERTFILE", "SSL_CERTFILE, SSL_KEYFILE"})
  void aVariableThatIsMissingIsNamed(String set, String missing) {
    InvalidRequestException refused =
        assertThrows(InvalidRequestException.class, () -> parse("--ssl", Map.of(set, "file.pem")));
    assertTrue(
        refused.getMessage().contains("the variable " + missing + " is not set"),
        refused.getMessage());
  }

  @Command
  private static final class Server {
    @Mixin private AccessFlags access;
  }
}

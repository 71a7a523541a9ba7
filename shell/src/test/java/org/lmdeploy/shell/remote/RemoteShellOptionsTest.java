package org.lmdeploy.shell.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.shell.Platform;

class RemoteShellOptionsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.1", "192.168.1.1", "8.8.8.8", "fe80::1"})
  void onlyLoopbackAddressesAreAccepted(String host) {
    InvalidRequestException refused =
        assertThrows(InvalidRequestException.class, () -> options(host, 0, null));
    assertTrue(refused.getMessage().contains("127.0.0.1 and ::1 only"), refused::getMessage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "localhost", "127.0.0.2"})
  void everyLoopbackAddressIs(String host) {
    assertTrue(options(host, 2222, null).address().isLoopbackAddress());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void portsAreChecked(int port) {
    assertThrows(InvalidRequestException.class, () -> options("127.0.0.1", port, null));
  }

  @Test
  void aFileOfKeysThatLetsNobodyInIsRefused() throws IOException {
    Path none = Files.writeString(folder.resolve("none"), "# nobody\n");
    Path broken = Files.writeString(folder.resolve("broken"), "ssh-rsa nonsense\n");
    Path unknown =
        Files.writeString(
            folder.resolve("unknown"),
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHvVsdJLrgaXlkSUaozMqVUFz23Gp8BvZ7VvAVhvScJs\n");
    for (Path file : new Path[] {none, broken, unknown, folder.resolve("missing")}) {
      InvalidRequestException refused =
          assertThrows(
              InvalidRequestException.class,
              () -> RemoteShell.start(new Platform(null), options("127.0.0.1", 0, file)).close());
      assertTrue(refused.getMessage().contains(file.toString()), refused::getMessage);
    }
  }

  @Test
  void aPasswordIsNewEachTimeAndIsNotShownByAccident() {
    Password password = Password.random();
    assertEquals(20, password.text().length());
    assertNotEquals(password.text(), Password.random().text());
    assertTrue(password.matches(password.text()));
    assertFalse(password.matches(password.text() + "x"));
    assertFalse(password.matches(""));
    assertFalse(password.toString().contains(password.text()));
  }

  private RemoteShellOptions options(String host, int port, Path keys) {
    return new RemoteShellOptions(
        RemoteShellOptions.address(host),
        port,
        Optional.ofNullable(keys),
        folder.resolve("host_key"));
  }
}

package org.lmdeploy.shell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.gogo.Commands;

class FelixCommandLineTest {
  private final FelixCommandLine line = new FelixCommandLine(new Platform(null));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "load|--tp 2|LMDeploy's flag --tp is not built yet",
        "load|--max_batch_size=no|'no' is not an int",
        "unload||Missing required parameter: 'NAME'",
        "stats|--second 3|'lmdeploy:stats' has no flag --second.",
        "models|all|'lmdeploy:models' does not know what to do with 'all'.",
        "bench|-c 0|--concurrency is 0; it must be at least 1",
        "bench|--completion-tokens 0|--completion-tokens is 0",
      })
  void whatIsWrongIsToldInTheShellsOwnWords(String command, String arguments, String message) {
    String[] words = arguments == null ? new String[0] : arguments.split(" ");
    InvalidRequestException refused =
        assertThrows(InvalidRequestException.class, () -> line.run(command, words));
    assertTrue(refused.getMessage().contains(message), refused::getMessage);
  }

  /** Gogo finds the methods of the component by their names. */
  @Test
  void everyCommandIsOfferedAndTellsItsOptionsAndAnExample() throws Exception {
    TreeSet<String> offered = new TreeSet<>();
    Arrays.stream(Commands.class.getDeclaredMethods())
        .filter(method -> method.getReturnType() == String.class)
        .forEach(method -> offered.add(method.getName()));
    assertTrue(offered.size() >= 12, offered::toString);
    for (String command : offered) {
      String usage = line.usage(command).orElseThrow();
      assertEquals(usage, line.run(command, "--help"));
      assertTrue(usage.startsWith("Usage: lmdeploy:"), usage);
      assertTrue(usage.contains("-h, --help"), usage);
      assertTrue(usage.contains("Example: lmdeploy:"), usage);
      assertTrue(line.overview().contains("lmdeploy:" + command + " "), line::overview);
    }
    assertEquals(Optional.empty(), line.usage("grep"));
  }
}

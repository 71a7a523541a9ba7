package org.lmdeploy.pipeline;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Without its flags a JVM opens nothing and says which flags to add. */
class JvmFlagsTest {
  private static final String VECTOR = "--add-modules jdk.incubator.vector";
  private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

  @ParameterizedTest
  @CsvSource({"'', " + VECTOR + " " + NATIVE, NATIVE + ", " + VECTOR, VECTOR + ", " + NATIVE})
  void theMissingFlagsAreNamed(String given, String missing) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    if (!given.isEmpty()) {
      command.addAll(List.of(given.split(" ")));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Opener.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertNotEquals(0, process.waitFor(), output);
    assertTrue(output.contains("add: " + missing + "\n"), output);
  }

  /** Opens the demo model. */
  static final class Opener {
    private Opener() {}

    public static void main(String[] arguments) {
      try (Pipeline pipe = Pipeline.open("tiny-internvl2")) {
        System.out.println(pipe.model().name());
      }
    }
  }
}

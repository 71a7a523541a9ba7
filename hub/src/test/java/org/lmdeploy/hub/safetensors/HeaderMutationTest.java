package org.lmdeploy.hub.safetensors;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.error.InvalidModelException;

/** Damaged files are read or refused; nothing else ever happens, and nothing reads outside. */
class HeaderMutationTest {
  private static final String[] INTERESTING = {
    "-1",
    "0",
    "9223372036854775807",
    "9223372036854775808",
    "1e308",
    "NaN",
    "null",
    "[]",
    "{}",
    "\"F64\"",
    "4",
    "12",
    "\\u0000",
    "\"a\"",
    "]",
    "}",
    ","
  };

  @TempDir Path folder;

  @Test
  void randomMutationsAreReadOrRefused() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    int refused = 0;
    for (int i = 0; i < 6000; i++) {
      byte[] file = mutated(random);
      try (var checkpoint = SafetensorsFixture.open(folder, file)) {
        readEverything(checkpoint);
      } catch (InvalidModelException e) {
        assertTrue(e.getMessage().contains("model.safetensors"), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 3000, "only " + refused + " mutations were damage");
  }

  private static void readEverything(SafetensorsCheckpoint checkpoint) {
    long sum = 0;
    for (String name : checkpoint.names()) {
      try {
        for (byte b : checkpoint.tensor(name).data().toArray(ValueLayout.JAVA_BYTE)) {
          sum += b;
        }
      } catch (InvalidModelException e) {
        assertTrue(e.getMessage().contains("cannot be used"), e.getMessage());
      }
    }
    assertTrue(sum <= 127L * checkpoint.bytes());
  }

  private static byte[] mutated(SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      byte[] file = SafetensorsFixture.file(SafetensorsFixture.GOOD, 12);
      for (int k = random.nextInt(1, 4); k > 0; k--) {
        file[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      return random.nextBoolean() ? file : Arrays.copyOf(file, random.nextInt(file.length + 8));
    }
    String header = SafetensorsFixture.GOOD;
    for (int k = random.nextInt(1, 4); k > 0; k--) {
      int from = random.nextInt(header.length());
      int to = Math.min(header.length(), from + random.nextInt(6));
      header =
          header.substring(0, from)
              + INTERESTING[random.nextInt(INTERESTING.length)]
              + header.substring(to);
    }
    return SafetensorsFixture.file(header.getBytes(StandardCharsets.UTF_8), 12);
  }
}

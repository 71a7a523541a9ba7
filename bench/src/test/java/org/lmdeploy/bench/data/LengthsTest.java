package org.lmdeploy.bench.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.error.InvalidRequestException;

class LengthsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "3, 100, false",
    "4, 100, true",
    "100, 3, false",
    "100, 4, true",
    "1024, 1024, true",
    "1025, 10, false",
    "1024, 1025, false",
    "10, 2038, true",
    "10, 2039, false"
  })
  void theFilterIsThatOfLmDeploy(int prompt, int output, boolean passes) {
    assertEquals(passes, Lengths.passes(prompt, output));
  }

  @Test
  void aFileOfLengthsIsReadInItsOrder() throws IOException {
    Path file = folder.resolve("lengths.csv");
    Files.writeString(file, "output_tokens,name,prompt_tokens\n19,a,4\n151,b,155\n\n");
    assertEquals(List.of(new Lengths(4, 19), new Lengths(155, 151)), CsvLengths.read(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prompt_tokens\n4\n",
        "prompt_tokens,output_tokens\n4\n",
        "prompt_tokens,output_tokens\n4,x\n",
        "prompt_tokens,output_tokens\n0,4\n",
        ""
      })
  void aDamagedFileOfLengthsIsRefused(String text) throws IOException {
    Path file = folder.resolve("lengths.csv");
    Files.writeString(file, text);
    InvalidRequestException refused =
        assertThrows(InvalidRequestException.class, () -> CsvLengths.read(file));
    assertTrue(refused.getMessage().contains("lengths.csv"), refused::getMessage);
  }

  @Test
  void randomLengthsLieBetweenTheirShareAndTheLength() {
    List<Lengths> lengths = new RandomLengths(100, 40, 0.5).draw(2000, 3);
    IntSummaryStatistics prompts = lengths.stream().mapToInt(Lengths::prompt).summaryStatistics();
    assertEquals(50, prompts.getMin());
    assertEquals(100, prompts.getMax());
    assertEquals(75, prompts.getAverage(), 1.5);
    assertEquals(20, lengths.stream().mapToInt(Lengths::output).min().orElseThrow());
    assertEquals(
        List.of(new Lengths(100, 40), new Lengths(100, 40)),
        new RandomLengths(100, 40, 1).draw(2, 3));
  }

  @Test
  void aRatioBeyondOneIsRefused() {
    assertThrows(InvalidRequestException.class, () -> new RandomLengths(10, 10, 1.5));
  }
}

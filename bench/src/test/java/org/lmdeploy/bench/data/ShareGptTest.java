package org.lmdeploy.bench.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.tokenizer.Tokenizer;

class ShareGptTest {
  /** A token for each letter. */
  private static final Tokenizer LETTERS =
      (Tokenizer)
          Proxy.newProxyInstance(
              Tokenizer.class.getClassLoader(),
              new Class<?>[] {Tokenizer.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("encode")) {
                  return ((String) arguments[0]).chars().toArray();
                }
                throw new UnsupportedOperationException(method.getName());
              });

  @TempDir private Path folder;

  private Path file() throws IOException {
    return Files.writeString(
        folder.resolve("share.json"),
        """
        [{"conversations": [{"value": "abcde"}, {"value": "fghi"}, {"value": "never"}]},
         {"conversations": [{"value": "only one turn"}]},
         {"conversations": [{"value": "abc"}, {"value": "too short a prompt"}]},
         {"conversations": [{"value": "too short"}, {"value": "abc"}]},
         {"conversations": [{"value": "another"}, {"value": "answer"}]}]
        """);
  }

  @Test
  void theFirstTwoTurnsThatPassTheFilterAreTaken() throws IOException {
    List<Request> requests = ShareGpt.read(file(), 2, 0, LETTERS, OptionalInt.empty());
    List<String> prompts =
        requests.stream().map(each -> each.promptText().orElseThrow()).sorted().toList();
    assertEquals(List.of("abcde", "another"), prompts);
    assertEquals(10, requests.stream().mapToInt(Request::outputTokens).sum());
  }

  @Test
  void theLengthOfAnswersCanBeSet() throws IOException {
    List<Request> requests = ShareGpt.read(file(), 3, 0, LETTERS, OptionalInt.of(7));
    assertTrue(requests.stream().allMatch(each -> each.outputTokens() == 7));
  }

  @Test
  void tooFewConversationsAreRefused() throws IOException {
    Path file = file();
    InvalidRequestException refused =
        assertThrows(
            InvalidRequestException.class,
            () -> ShareGpt.read(file, 3, 0, LETTERS, OptionalInt.empty()));
    assertTrue(refused.getMessage().contains("only 2 pass"), refused::getMessage);
  }

  @Test
  void whatIsNoListIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), "{}");
    assertThrows(
        InvalidRequestException.class,
        () -> ShareGpt.read(file, 1, 0, LETTERS, OptionalInt.empty()));
  }
}

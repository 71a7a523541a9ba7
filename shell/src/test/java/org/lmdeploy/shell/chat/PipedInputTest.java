package org.lmdeploy.shell.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PipedInputTest {
  @Test
  void linesBetweenCommandsAreOneMessage() {
    assertEquals(
        List.of("/image a.png", "first\n\nsecond", "/reset", "third", "/exit"),
        read("\n/image a.png\nfirst\n\nsecond\n\n/reset\n  third\n/exit\n"));
  }

  @Test
  void textThatBeginsWithASlashIsNoCommand() {
    assertEquals(List.of("/usr is a folder\n/images too"), read("/usr is a folder\n/images too"));
  }

  @Test
  void nothingIsNoMessage() {
    assertEquals(List.of(), read(""));
    assertEquals(List.of(), read("\n  \n"));
  }

  private static List<String> read(String text) {
    List<String> messages = new ArrayList<>();
    try (PipedInput input = new PipedInput(new StringReader(text), Repl::isCommand)) {
      for (Optional<String> next = input.next(""); next.isPresent(); next = input.next("")) {
        messages.add(next.get());
      }
    }
    return messages;
  }
}

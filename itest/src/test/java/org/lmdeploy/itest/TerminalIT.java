package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A conversation on a terminal, which the command {@code script} of util-linux makes. */
class TerminalIT {
  private static Distribution dist;

  @BeforeAll
  static void distribution() throws IOException {
    boolean present =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "script")));
    assumeTrue(present, "there is no command 'script' to make a terminal with");
    dist = Distribution.shared();
  }

  @Test
  void linesAreEditedAndAnErrorDoesNotEndTheConversation() throws Exception {
    String command = "'" + dist.script() + "' chat";
    // Ctrl-U takes back what was typed: only a real terminal does that.
    String typed =
        "/nonsense\nnever sent\u0015/image "
            + Scenes.NUMBER.path()
            + "\n"
            + Scenes.NUMBER.question()
            + "\n/exit\n";
    Result result = Result.of(new ProcessBuilder("script", "-qec", command, "/dev/null"), typed);
    assertEquals(0, result.exitCode(), result::out);
    assertFalse(result.out().contains("dumb terminal"), result::out);
    assertTrue(result.out().contains("Talking with tiny-internvl2"), result::out);
    assertTrue(result.out().contains("There is no command /nonsense"), result::out);
    assertTrue(result.out().contains(Scenes.NUMBER.answer()), result::out);
  }
}

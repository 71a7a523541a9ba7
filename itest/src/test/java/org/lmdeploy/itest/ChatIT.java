package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Questions about pictures on the command line. */
class ChatIT {
  private static Distribution dist;

  @BeforeAll
  static void distribution() throws IOException {
    dist = Distribution.shared();
  }

  @Test
  void aPipedQuestionIsAnsweredAndThatIsAll() throws Exception {
    Result result = dist.pipe("Describe this image.\n", "chat", "--image", Scenes.NUMBER.path());
    assertEquals(0, result.exitCode(), result::err);
    assertEquals(Scenes.NUMBER.answer() + "\n", result.out());
  }

  @Test
  void severalTurnsWithAPictureEach() throws Exception {
    String input =
        Stream.of(
                "/image " + Scenes.NUMBER.path(),
                Scenes.NUMBER.question(),
                "/reset",
                "/image " + Scenes.SHAPES.path(),
                Scenes.SHAPES.question(),
                "/exit",
                "never read")
            .reduce("", (text, line) -> text + line + "\n");
    Result result = dist.pipe(input, "chat");
    assertEquals(0, result.exitCode(), result::err);
    assertEquals(
        List.of(Scenes.NUMBER.answer(), Scenes.SHAPES.answer()), result.out().lines().toList());
  }

  @Test
  void aMissingPictureIsAnError() throws Exception {
    Result result = dist.pipe("What?\n", "chat", "--image", "nowhere.png");
    assertEquals(2, result.exitCode(), result::err);
    assertTrue(result.err().contains("nowhere.png"), result::err);
    assertEquals("", result.out());
  }

  @Test
  void severalProcessesOfOneDistributionDoNotDisturbEachOther() throws Exception {
    List<CompletableFuture<Result>> running =
        Stream.generate(() -> CompletableFuture.supplyAsync(ChatIT::ask)).limit(3).toList();
    for (CompletableFuture<Result> each : running) {
      Result result = each.get();
      assertEquals(0, result.exitCode(), result::err);
      assertEquals(Scenes.NUMBER.answer() + "\n", result.out());
    }
  }

  private static Result ask() {
    try {
      return dist.pipe(Scenes.NUMBER.question(), "chat", "--image", Scenes.NUMBER.path());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Felix shell, as a person uses it. */
class GogoIT {
  private static Distribution dist;

  @BeforeAll
  static void distribution() throws IOException {
    dist = Distribution.shared();
  }

  @Test
  void modelsAreLoadedAskedExplainedAndWithdrawn() throws Exception {
    Result result =
        dist.run(
            "shell",
            "lmdeploy:load tiny-internvl2 --model-name demo --session_len 2048",
            "lmdeploy:models",
            "lmdeploy:chat --image '" + Scenes.NUMBER.path() + "' 'Describe this image.'",
            "lmdeploy:why demo",
            "lmdeploy:status",
            "lmdeploy:stats --seconds 0.1",
            "lmdeploy:bench -c 1 -pt 8 -ct 4 -w 0",
            "lmdeploy:unload demo",
            "lmdeploy:models | grep 'No model is loaded'");
    assertEquals(0, result.exitCode(), result::err);
    assertTrue(result.out().contains("loaded demo"), result::out);
    assertTrue(result.out().contains(Scenes.NUMBER.answer()), result::out);
    assertTrue(result.out().contains("internvl"), result::out);
    assertTrue(result.out().contains("1 finished"), result::out);
    assertTrue(result.out().contains("0 running, 0 waiting"), result::out);
    assertTrue(result.out().contains("per token ms"), result::out);
    assertTrue(result.out().contains("unloaded demo"), result::out);
    assertTrue(result.out().contains("No model is loaded"), result::out);
  }

  @Test
  void helpTellsOfOurCommandsAndOfOthers() throws Exception {
    Result result = dist.run("shell", "help", "help load", "help lmdeploy:stats", "help grep");
    assertEquals(0, result.exitCode(), result::err);
    assertTrue(result.out().contains("lmdeploy:bench "), result::out);
    assertTrue(result.out().contains("Example: lmdeploy:load "), result::out);
    assertTrue(result.out().contains("Usage: lmdeploy:stats "), result::out);
    assertTrue(result.out().contains("scope: gogo"), result::out);
  }

  @Test
  void partsAreListed() throws Exception {
    Result result = dist.run("shell", "engines", "devices", "templates | grep internvl2-phi3");
    assertEquals(0, result.exitCode(), result::err);
    assertTrue(result.out().contains("turbomind"), result::out);
    assertTrue(result.out().contains("host: "), result::out);
    assertTrue(result.out().contains("internvl2-phi3"), result::out);
  }

  @Test
  void aWrongCommandEndsWithTheExitCodeOfItsError() throws Exception {
    Result unknown = dist.run("shell", "lmdeploy:why nobody");
    assertEquals(3, unknown.exitCode(), unknown::err);
    assertTrue(unknown.err().contains("nobody"), unknown::err);
    Result flag = dist.run("shell", "lmdeploy:load --tp 2");
    assertEquals(2, flag.exitCode(), flag::err);
    assertTrue(flag.err().contains("--tp is not built yet"), flag::err);
  }

  @Test
  void linesOfAPipeAreCommands() throws Exception {
    Result result = dist.pipe("lmdeploy:list\nlb -s\nexit\nnonsense\n", "shell");
    assertEquals(0, result.exitCode(), result::err);
    assertTrue(result.out().contains("internvl2-internlm2"), result::out);
    assertTrue(result.out().contains("engine.turbomind"), result::out);
  }
}

package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands as a person types them. */
class CommandLineIT {
  @TempDir private static Path folder;
  private static Distribution dist;

  @BeforeAll
  static void distribution() throws IOException {
    dist = Distribution.shared();
  }

  @Test
  void listShowsTheTemplates() throws Exception {
    Result result = dist.run("list");
    assertEquals(0, result.exitCode(), result::err);
    List<String> names = result.out().lines().toList();
    assertTrue(names.contains("internvl2-internlm2"), names::toString);
    assertTrue(names.contains("llama3"), names::toString);
  }

  @Test
  void aFlagThatIsNotBuiltIsAnError() throws Exception {
    Result result = dist.run("serve", "api_server", "--tp", "2");
    assertEquals(2, result.exitCode());
    assertTrue(result.err().contains("--tp is not built yet"), result::err);
    assertEquals("", result.out());
  }

  @Test
  void aModelNeedsNoConversionAndARepackedOneAnswersTheSame() throws Exception {
    Path model =
        Path.of(
            System.getProperty("lmdeploy.root"),
            "model.demo/src/main/resources/org/lmdeploy/model/demo/tiny-internvl2");
    Result none = dist.run("convert", "internvl-internlm2", model.toString());
    assertEquals(0, none.exitCode(), none::err);
    assertTrue(none.out().startsWith("No conversion is needed"), none::out);
    Path packed = folder.resolve("packed");
    Result written =
        dist.run(
            "convert",
            model.toString(),
            "--dst-path",
            packed.toString(),
            "--max-shard-size",
            "4MB");
    assertEquals(0, written.exitCode(), written::err);
    assertTrue(Files.exists(packed.resolve("model.safetensors.index.json")));
    Result answer =
        dist.pipe(
            Scenes.NUMBER.question(), "chat", packed.toString(), "--image", Scenes.NUMBER.path());
    assertEquals(Scenes.NUMBER.answer(), answer.out().strip(), answer::err);
  }

  @Test
  void aFolderThatIsNoModelIsAnErrorWithItsOwnExitCode() throws Exception {
    Result result = dist.run("chat", folder.resolve("nowhere").toString());
    assertEquals(3, result.exitCode(), result::err);
    assertTrue(result.err().contains("nowhere"), result::err);
    assertFalse(result.err().contains("\tat "), result::err);
  }

  @Test
  void checkEnvFindsEveryBundleActiveAndNoProblem() throws Exception {
    Path report = folder.resolve("report.json");
    Result result = dist.run("check_env", "--dump_file", report.toString());
    assertEquals(0, result.exitCode(), result::err);
    JsonNode json = JsonMapper.builder().build().readTree(Files.readString(report));
    assertEquals(List.of(), json.get("problems").valueStream().map(JsonNode::asString).toList());
    List<String> inactive =
        json.get("bundles")
            .valueStream()
            .map(JsonNode::asString)
            .filter(line -> !line.endsWith(" active"))
            // started by the command shell alone
            .filter(line -> !line.startsWith("org.apache.felix.gogo.shell "))
            .toList();
    assertEquals(List.of(), inactive);
    assertTrue(json.get("devices").toString().contains("host"), json::toString);
  }

  @Test
  void theScriptMayBeALink(@TempDir Path other) throws Exception {
    Path link = Files.createSymbolicLink(other.resolve("lm"), dist.script());
    Result result = Result.of(new ProcessBuilder(link.toString(), "--version"), "");
    assertEquals(0, result.exitCode(), result::err);
    assertTrue(result.out().startsWith("0."), result::out);
  }
}

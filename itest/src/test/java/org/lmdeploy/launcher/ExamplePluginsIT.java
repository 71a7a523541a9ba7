package org.lmdeploy.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lmdeploy.launcher.LiveServer.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.itest.MavenProject;
import org.lmdeploy.launcher.LiveServer.Answer;
import tools.jackson.databind.JsonNode;

/** The projects of {@code examples/}, built by Maven and dropped into a running server. */
class ExamplePluginsIT {
  @TempDir private Path folder;
  private Path distribution;
  private LiveServer server;

  @BeforeEach
  void start() throws Exception {
    distribution = folder.resolve("dist");
    server = LiveServer.start(distribution);
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aFamilyServesModelsThatWereRefusedBeforeAndAreWithdrawnAfter() throws Exception {
    Path model = OlmoModel.create(folder);
    RuntimeException refused =
        assertThrows(RuntimeException.class, () -> server.shell("load", model.toString()));
    assertTrue(refused.getMessage().contains("OlmoForCausalLM"), refused::getMessage);

    server.drop(OlmoModel.plugin(folder, distribution), "model-olmo.jar");
    await(() -> server.shell("plugins").contains("active"));
    assertTrue(server.shell("plugins").contains("family olmo"), () -> server.shell("plugins"));
    server.shell("load", model.toString());
    for (JsonNode one : OlmoModel.expected()) {
      Answer answer = complete(one.get("prompt_ids"));
      assertEquals(200, answer.status(), () -> answer.json().toString());
      assertEquals(one.get("text"), answer.json().get("choices").get(0).get("text"));
    }

    server.remove("model-olmo.jar");
    await(() -> !server.shell("models").contains(OlmoModel.NAME));
    Answer after = complete(OlmoModel.expected().get(0).get("prompt_ids"));
    assertEquals(503, after.status());
    assertEquals("engine_unavailable", after.json().get("error").get("code").asString());
    assertTrue(after.json().toString().contains("withdrawn"), () -> after.json().toString());
    assertTrue(server.shell("models").contains("demo"));
    await(() -> server.shell("plugins").contains("No plugin is in"));
  }

  @Test
  void aTemplateCanBeAskedForAndTakesItsModelsAlong() throws Exception {
    assertFalse(server.shell("list").contains("interview"));
    Path jar = MavenProject.example("template-interview", folder).build(distribution);
    server.drop(jar, "template-interview.jar");
    await(() -> server.shell("list").contains("interview"));
    String loaded =
        server.shell(
            "load", "tiny-internvl2", "--model-name", "asked", "--chat-template", "interview");
    assertTrue(loaded.contains("interview"), loaded);
    assertEquals(200, chat().status());

    byte[] content = Files.readAllBytes(jar);
    server.remove("template-interview.jar");
    await(() -> !server.shell("models").contains("asked"));
    assertEquals(503, chat().status());
    Files.write(jar, content);
    server.drop(jar, "template-interview.jar");
    await(() -> server.shell("models").contains("asked"));
    assertEquals(200, chat().status());
  }

  private Answer complete(JsonNode ids) throws Exception {
    return server.ask(
        "/v1/completions",
        Map.of("model", OlmoModel.NAME, "prompt", ids, "max_tokens", 24, "temperature", 0));
  }

  private Answer chat() throws Exception {
    return server.ask(
        "/v1/chat/completions",
        Map.of(
            "model",
            "asked",
            "max_tokens",
            4,
            "messages",
            List.of(Map.of("role", "user", "content", "Hello"))));
  }
}

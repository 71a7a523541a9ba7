package org.lmdeploy.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.ChatTemplates;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.template.TemplateInput;

class TemplateRegistryTest {
  @TempDir Path folder;
  private final TemplateRegistry registry = new TemplateRegistry();

  @Test
  void plainJavaFindsTheService() {
    assertEquals(
        TemplateRegistry.class,
        ServiceLoader.load(ChatTemplates.class).findFirst().orElseThrow().getClass());
  }

  @Test
  void whatWasAskedForComesFirst() {
    var choice = registry.choose(Prompts.files(folder, "own"), Optional.of("vicuna"));
    assertEquals("vicuna", choice.template().name());
    assertEquals("the name 'vicuna' was asked for", choice.evidence());
  }

  @Test
  void thenTheCheckpointsOwn() throws IOException {
    Path internvl = Files.createDirectory(folder.resolve("InternVL2-8B"));
    assertEquals("own", render(choose(internvl, "own")));
    Files.writeString(internvl.resolve("chat_template.json"), "{\"chat_template\": \"json\"}");
    assertEquals("json", render(choose(internvl, "own")));
    Files.writeString(internvl.resolve("chat_template.jinja"), "file");
    var choice = choose(internvl, "own");
    assertEquals("file", render(choice));
    assertEquals("chat_template.jinja of the checkpoint has a chat_template", choice.evidence());
  }

  @Test
  void thenTheOneThatMatchesThePath() {
    var choice =
        registry.choose(Prompts.files(Path.of("/models/yi/InternVL2-8B")), Optional.empty());
    assertEquals("internvl2-internlm2", choice.template().name());
    assertTrue(
        choice.evidence().endsWith("InternVL2-8B contains 'internvl2' but not 'internvl2-4b'"),
        choice.evidence());
    var cached =
        registry.choose(
            Prompts.files(Path.of("/hub/models--OpenGVLab--InternVL2-4B/snapshots/0123")),
            Optional.empty());
    assertEquals("internvl2-phi3", cached.template().name());
  }

  @Test
  void elseBase() {
    var choice = registry.choose(Prompts.files(Path.of("/models/opt-125m")), Optional.empty());
    assertEquals("base", choice.template().name());
    assertTrue(choice.evidence().contains("no built-in template matches"), choice.evidence());
  }

  @Test
  void jsonChangesANamedTemplateOrStandsForItself() throws IOException {
    String json =
        "{\"model_name\": \"vicuna\", \"meta_instruction\": \"Hi.\", \"user\": null,"
            + " \"stop_words\": [\"#\"]}";
    Path file = Files.writeString(folder.resolve("template.json"), json);
    for (String requested : List.of(json, file.toString())) {
      var choice = registry.choose(Prompts.files(folder, "own"), Optional.of(requested));
      assertEquals("Hi. USER: x ASSISTANT: ", render(choice));
      assertEquals(List.of("#"), choice.template().stopWords());
    }
    assertEquals(
        "<x>",
        render(
            registry.choose(Prompts.files(folder), Optional.of("{\"user\":\"<\",\"eoh\":\">\"}"))));
    assertEquals(
        "x",
        render(
            registry.choose(
                Prompts.files(folder),
                Optional.of("{\"model_name\":\"llama2\",\"capability\":\"completion\"}"))));
    Path jinja = Files.writeString(folder.resolve("my.jinja"), "J{{ messages[0].content }}");
    assertEquals(
        "Jx", render(registry.choose(Prompts.files(folder), Optional.of(jinja.toString()))));
  }

  @Test
  void aSentenceTellsWhatTheJsonChanges() {
    assertEvidence("{\"model_name\":\"vicuna\",\"eoa\":\"#\"}", "it changes the template 'vicuna'");
    assertEvidence("{\"user\":\"<\"}", "it names no template to change");
    assertEvidence(
        "{\"model_name\":\"vicunia\",\"user\":\"<\"}",
        "no template is called 'vicunia', so it stands for itself");
  }

  @Test
  void badRequestsSayWhatIsPossible() throws IOException {
    assertFails("nothing", "no chat template and no file", "internvl2-internlm2");
    assertFails("{\"users\": \"x\"}", "unknown field 'users'", "meta_instruction");
    assertFails("{\"users\": null}", "unknown field 'users'");
    assertFails("{\"user\": 3}", "user is 3");
    assertFails("{\"stop_words\": \"x\"}", "a list of texts is needed");
    assertFails("{\"model_name\": 3}", "model_name is 3");
    assertFails("{\"user\": ", "no JSON object");
    assertFails(
        "{\"model_name\": \"codellama\", \"capability\": \"fill\"}",
        "capability is 'fill'; chat, completion, infilling or python is needed");
    assertFails(Files.writeString(folder.resolve("bad"), "[1]").toString(), "no JSON object");
  }

  @Test
  void bundlesContributeTemplates() {
    ChatTemplate mine =
        new ChatTemplate() {
          @Override
          public String name() {
            return "mine";
          }

          @Override
          public List<PromptPiece> render(TemplateInput input) {
            return List.of();
          }
        };
    registry.addTemplate(mine);
    assertTrue(registry.names().contains("mine"));
    assertEquals(mine, registry.choose(Prompts.files(folder), Optional.of("mine")).template());
    String json = "{\"model_name\": \"mine\"%s}";
    assertEquals(
        mine,
        registry
            .choose(Prompts.files(folder), Optional.of(json.formatted(", \"user\": null")))
            .template());
    assertFails(json.formatted(", \"user\": \"<\""), "[user] for 'mine'", "cannot be changed");
    registry.removeTemplate(mine);
    assertFalse(registry.names().contains("mine"));
  }

  private void assertEvidence(String requested, String sentence) {
    String evidence =
        registry.choose(Prompts.files(folder, "own"), Optional.of(requested)).evidence();
    assertEquals("the chat template's JSON was asked for; " + sentence, evidence);
  }

  private ChatTemplates.Choice choose(Path model, String template) {
    return registry.choose(Prompts.files(model, template), Optional.empty());
  }

  private static String render(ChatTemplates.Choice choice) {
    return Prompts.text(choice.template().render(Prompts.input(ChatMessage.of("user", "x"))));
  }

  private void assertFails(String requested, String... parts) {
    String message =
        assertThrows(
                InvalidRequestException.class,
                () -> registry.choose(Prompts.files(folder), Optional.of(requested)))
            .getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " lacks '" + part + "'");
    }
  }
}

package org.lmdeploy.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.model.EmbeddedModel;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.runtime.StandaloneModelManager;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Each step of the rule by which a template is chosen is told, at load and afterwards. */
class TemplateChoiceTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;

  @Test
  void theTemplateThatWasAskedFor() throws IOException {
    Path model = demo("InternVL2-8B", true);
    assertTold(model, "vicuna", "vicuna", "the name 'vicuna' was asked for");
    String json = "{\"model_name\": \"vicuna\", \"user\": \"Q: \"}";
    String changes = " was asked for; it changes the template 'vicuna'";
    assertTold(model, json, "vicuna", "the chat template's JSON" + changes);
    Path file = Files.writeString(folder.resolve("vicuna.json"), json);
    assertTold(model, file.toString(), "vicuna", "the file " + file + changes);
    Path jinja = Files.writeString(folder.resolve("my.jinja"), "{{ messages[0].content }}");
    assertTold(model, jinja.toString(), "jinja", "the file " + jinja + " was asked for");
  }

  @Test
  void elseTheCheckpointsOwn() throws IOException {
    Path model = demo("InternVL2-8B", true);
    assertTold(model, null, "jinja", "tokenizer_config.json of the checkpoint has a chat_template");
  }

  @Test
  void elseTheOneThatMatchesThePath() throws IOException {
    Path model = demo("InternVL2-8B", false);
    assertTold(
        model,
        null,
        "internvl2-internlm2",
        "the checkpoint has no chat_template; its path "
            + model
            + " contains 'internvl2' but not 'internvl2-4b'");
  }

  @Test
  void elseBase() throws IOException {
    Path model = demo("unknown", false);
    assertTold(
        model,
        null,
        "base",
        "the checkpoint has no chat_template and no built-in template matches the path " + model);
  }

  private static void assertTold(Path model, String requested, String template, String evidence) {
    LoadOptions plain = LoadOptions.of(model.toString());
    LoadOptions options =
        new LoadOptions(
            plain.model(),
            plain.name(),
            Optional.ofNullable(requested),
            plain.backend(),
            Optional.of("host"),
            plain.modelFormat(),
            plain.engine());
    List<String> log = new ArrayList<>();
    try (var manager = StandaloneModelManager.open(TemplateChoiceTest.class.getClassLoader())) {
      ServedModel served = manager.models().load(options, log::add);
      String line = "template   " + template + "  (" + evidence + ")";
      assertEquals(List.of(line), templateLines(log));
      assertEquals(List.of(line), templateLines(served.why()));
      assertTrue(manager.models().templates().contains("internvl2-internlm2"));
    }
  }

  private static List<String> templateLines(List<String> lines) {
    return lines.stream().filter(line -> line.startsWith("template ")).toList();
  }

  /** The demo model under another name, with its chat template or without. */
  private Path demo(String name, boolean withTemplate) throws IOException {
    EmbeddedModel demo = ServiceLoader.load(EmbeddedModel.class).findFirst().orElseThrow();
    Path model = Files.createDirectory(folder.resolve(name));
    for (String file : demo.files()) {
      try (InputStream in = demo.open(file)) {
        Files.copy(in, model.resolve(file));
      }
    }
    if (!withTemplate) {
      Path config = model.resolve("tokenizer_config.json");
      ObjectNode tree = (ObjectNode) JSON.readTree(Files.readString(config));
      assertTrue(tree.has("chat_template"));
      tree.remove("chat_template");
      Files.writeString(config, JSON.writeValueAsString(tree));
    }
    return model;
  }
}

package org.lmdeploy.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.template.TemplateInput;
import org.lmdeploy.testkit.SharedFolder;
import tools.jackson.databind.json.JsonMapper;

/** The prompts of the golden data, from the templates of the tiny checkpoints. */
class CheckpointGoldensTest {
  private static final JsonMapper JSON = new JsonMapper();

  @ParameterizedTest
  @CsvSource({
    "internvl, tiny-internvl2, <image>, <img>, </img>, <s>",
    "llava, tiny-llava, <image>, '', '', <s>",
    "llava, tiny-llava-hf, <image>, '', '', <s>",
    "qwenvl, tiny-qwen-vl-chat, <imgpad>, '', '', ''",
  })
  void promptsAreReproduced(
      String family, String model, String marker, String before, String after, String bos)
      throws IOException {
    Path goldens = SharedFolder.of("goldens/" + family);
    Path folder = SharedFolder.of("models/" + model);
    Map<String, Object> config = new HashMap<>();
    Map<?, ?> json =
        JSON.readValue(Files.readString(folder.resolve("tokenizer_config.json")), Map.class);
    json.forEach((key, value) -> config.put((String) key, value));
    var choice =
        new TemplateRegistry()
            .choose(Prompts.files(folder, config.get("chat_template")), Optional.empty());
    assertEquals("tokenizer_config.json of the checkpoint has a chat_template", choice.evidence());
    List<Path> scenes;
    try (Stream<Path> files = Files.list(goldens)) {
      scenes = files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    assertTrue(scenes.size() >= 12);
    for (Path scene : scenes) {
      Map<?, ?> golden = JSON.readValue(Files.readString(scene), Map.class);
      var message =
          ChatMessage.user(Prompts.image(), new TextPart((String) golden.get("question")));
      var input =
          new TemplateInput(List.of(message), marker, "", List.of(), Map.of("bos_token", bos));
      String tokens = before + golden.get("image_token") + "*" + golden.get("image_tokens") + after;
      String prompt = Prompts.text(choice.template().render(input)).replace("[image 0]", tokens);
      assertEquals(bos + golden.get("prompt_text"), prompt, scene.toString());
    }
  }
}

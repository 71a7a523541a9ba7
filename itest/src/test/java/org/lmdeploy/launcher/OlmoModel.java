package org.lmdeploy.launcher;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lmdeploy.itest.MavenProject;
import tools.jackson.databind.JsonNode;

/** The small OLMo checkpoint of these tests, which only the example plugin can open. */
final class OlmoModel {
  static final String NAME = "olmo";
  private static final Path DEMO =
      Path.of(
          System.getProperty("lmdeploy.root"),
          "model.demo/src/main/resources/org/lmdeploy/model/demo/tiny-internvl2");

  private OlmoModel() {}

  /** Puts it together: the tokenizer is the demo model's. */
  static Path create(Path parent) throws IOException {
    Path model = Files.createDirectory(parent.resolve(NAME));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(resource(file), model.resolve(file));
    }
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(DEMO.resolve(file), model.resolve(file));
    }
    return model;
  }

  /** Prompts as ids and the texts that transformers continues them with. */
  static JsonNode expected() throws IOException {
    return LiveServer.JSON.readTree(Files.readString(resource("expected.json")));
  }

  /** The example plugin, built by Maven. */
  static Path plugin(Path into, Path distribution) throws IOException, InterruptedException {
    return MavenProject.example("model-olmo", into).build(distribution);
  }

  private static Path resource(String file) {
    try {
      return Path.of(OlmoModel.class.getResource("/olmo/" + file).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}

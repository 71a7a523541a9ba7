package org.lmdeploy.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.hub.write.RandomCheckpoint;
import org.lmdeploy.testkit.SharedFolder;

class LocalModelFoldersTest {
  @TempDir Path folder;
  private final ModelFolders folders = new LocalModelFolders();

  @Test
  void plainJavaFindsTheService() {
    assertEquals(
        HubModelFolders.class,
        ServiceLoader.load(ModelFolders.class).findFirst().orElseThrow().getClass());
  }

  @Test
  void whatIsNoFolderIsNotFound() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertFails(ModelNotFoundException.class, () -> folders.resolve(file.toString()), "is a file");
    assertFails(
        ModelNotFoundException.class,
        () -> folders.resolve(folder + "/none"),
        "there is no folder");
    assertFails(ModelNotFoundException.class, () -> folders.resolve("a\0b"), "is no path");
    assertFails(InvalidModelException.class, () -> folders.read(file), "is no folder");
    assertEquals(folder, folders.resolve(folder + "/."));
  }

  @Test
  void aMissingConfigListsWhatWasFound() throws IOException {
    assertFails(InvalidModelException.class, () -> folders.read(folder), "the folder is empty");
    Files.writeString(folder.resolve("README.md"), "x");
    assertFails(
        InvalidModelException.class,
        () -> folders.read(folder),
        "config.json is missing",
        "README.md");
  }

  @Test
  void damagedConfigsNameFileAndKey() throws IOException {
    config("{\"rope_theta\": NaN}");
    assertFails(
        InvalidModelException.class,
        () -> folders.read(folder),
        "config.json: rope_theta is NaN; a finite number is needed");
    config("{\"text_config\": {\"eps\": [1, -Infinity]}}");
    assertFails(
        InvalidModelException.class, () -> folders.read(folder), "text_config.eps is -Infinity");
    config("{\"a\": 1e999}");
    assertFails(InvalidModelException.class, () -> folders.read(folder), "config.json: a is");
    config("{\"a\": 1,\n}");
    assertFails(
        InvalidModelException.class,
        () -> folders.read(folder),
        "config.json",
        "no valid JSON",
        "line 2");
    config("{} {}");
    assertFails(InvalidModelException.class, () -> folders.read(folder), "no valid JSON");
    config("[1]");
    assertFails(InvalidModelException.class, () -> folders.read(folder), "holds no JSON object");
    config("");
    assertFails(InvalidModelException.class, () -> folders.read(folder), "config.json");
    Files.delete(folder.resolve("config.json"));
    Files.createDirectory(folder.resolve("config.json"));
    assertFails(InvalidModelException.class, () -> folders.read(folder), "config.json is no file");
  }

  @Test
  void wrongTypesAndMissingKeysAreNamed() throws IOException {
    config("{\"hidden_size\": \"big\", \"heads\": 0}");
    ConfigTree config = folders.read(folder).config();
    assertFails(
        InvalidModelException.class,
        () -> config.positiveInt("hidden_size"),
        "config.json: hidden_size is big; a number is needed");
    assertFails(InvalidModelException.class, () -> config.positiveInt("heads"), "heads is 0");
    assertFails(
        InvalidModelException.class,
        () -> config.positiveInt("none"),
        "config.json: none is missing");
  }

  @Test
  void foldersWithoutSafetensorsSayWhatIsNeeded() throws IOException {
    assertFails(
        InvalidModelException.class, () -> folders.open(folder), "model.safetensors", "empty");
    Files.writeString(folder.resolve("pytorch_model.bin"), "x");
    assertFails(
        InvalidModelException.class, () -> folders.open(folder), "pytorch_model.bin", "convert");
  }

  @Test
  void badIndicesAreRefused() throws IOException {
    for (String shard :
        new String[] {
          "../x.safetensors", "a\\b.safetensors", "/etc/x.safetensors", "x.bin", ".."
        }) {
      index("{\"weight_map\": {\"a\": \"" + shard.replace("\\", "\\\\") + "\"}}");
      assertFails(
          InvalidModelException.class,
          () -> folders.open(folder),
          "weight_map",
          "in the same folder");
    }
    index("{\"weight_map\": {\"a\": \"m-1.safetensors\"}}");
    assertFails(
        InvalidModelException.class, () -> folders.open(folder), "m-1.safetensors is missing");
    index("{\"weight_map\": {\"a\": 3}}");
    assertFails(InvalidModelException.class, () -> folders.open(folder), "a is 3");
    index("{\"weight_map\": {}}");
    assertFails(InvalidModelException.class, () -> folders.open(folder), "empty");
    index("{}");
    assertFails(InvalidModelException.class, () -> folders.open(folder), "weight_map is missing");
  }

  @Test
  void aTensorThatItsShardLacksIsNamed() throws IOException {
    RandomCheckpoint.write(
        folder, Configs.llama(Map.of()), new RandomCheckpoint.Options(1, 40_000));
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(
        index, Files.readString(index).replace("model.norm.weight", "model.other.weight"));
    assertFails(
        InvalidModelException.class,
        () -> folders.open(folder),
        "model.other.weight is missing in model-");
  }

  @Test
  void filesWithoutAnIndexAreReadTogether() throws IOException {
    RandomCheckpoint.write(
        folder, Configs.llama(Map.of()), new RandomCheckpoint.Options(1, 40_000));
    Files.delete(folder.resolve("model.safetensors.index.json"));
    try (var checkpoint = folders.open(folder)) {
      assertEquals(
          RandomCheckpoint.tensors(Configs.llama(Map.of())).size(), checkpoint.names().size());
    }
    Files.copy(
        folder.resolve("model-00001-of-00003.safetensors"), folder.resolve("copy.safetensors"));
    assertFails(
        InvalidModelException.class, () -> folders.open(folder), "copy.safetensors", "index.json");
  }

  @Test
  void imagesArePreparedAsEitherFileSays() throws IOException {
    config("{}");
    assertTrue(folders.read(folder).preprocessorConfig().isEmpty());
    Files.writeString(
        folder.resolve("processor_config.json"), "{\"image_processor\": {\"resample\": 2}}");
    assertEquals(
        2, folders.read(folder).preprocessorConfig().orElseThrow().positiveInt("resample"));
    Files.writeString(folder.resolve("preprocessor_config.json"), "{\"resample\": 3}");
    assertEquals(
        3, folders.read(folder).preprocessorConfig().orElseThrow().positiveInt("resample"));
  }

  @Test
  void aVisionTowerBesideTheModelBelongsToIt() throws IOException {
    RandomCheckpoint.write(
        folder, Configs.llama(Map.of()), new RandomCheckpoint.Options(1, 40_000));
    Path tower = Files.createDirectory(folder.resolve("vision_tower"));
    config("{\"architectures\": [\"LlavaLlamaForCausalLM\"]}");
    Files.writeString(tower.resolve("config.json"), "{\"hidden_size\": 8}");
    Files.writeString(tower.resolve("preprocessor_config.json"), "{\"resample\": 3}");
    var files = folders.read(folder).visionTower().orElseThrow();
    assertEquals(8, files.config().positiveInt("hidden_size"));
    assertTrue(files.preprocessorConfig().isPresent());
    long alone;
    try (var checkpoint = folders.open(folder)) {
      alone = checkpoint.bytes();
    }
    RandomCheckpoint.write(tower, Configs.llama(Map.of()), new RandomCheckpoint.Options(2, 40_000));
    try (var checkpoint = folders.open(folder)) {
      assertEquals(
          2 * RandomCheckpoint.tensors(Configs.llama(Map.of())).size(), checkpoint.names().size());
      assertEquals(2 * alone, checkpoint.bytes());
      assertTrue(checkpoint.names().contains("vision_tower/model.norm.weight"));
      assertEquals(
          checkpoint.tensor("model.norm.weight").shape(),
          checkpoint.tensor("vision_tower/model.norm.weight").shape());
      assertFails(
          InvalidModelException.class, () -> checkpoint.tensor("vision_tower/x"), "no tensor x");
    }
  }

  @Test
  void theDemoModelIsRead() {
    Path model = SharedFolder.of("models/tiny-internvl2");
    var files = folders.read(model);
    assertEquals("InternVLChatModel", files.architecture());
    assertTrue(files.tokenizerConfig().orElseThrow().has("chat_template"));
    try (var checkpoint = folders.open(model)) {
      assertEquals(832, checkpoint.tensor("language_model.output.weight").shape().dim(0));
    }
  }

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
  }

  private void index(String json) throws IOException {
    Files.writeString(folder.resolve("model.safetensors.index.json"), json);
  }

  private static void assertFails(
      Class<? extends LmDeployException> type, Executable call, String... parts) {
    String message = assertThrows(type, call).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " lacks '" + part + "'");
    }
  }
}

package org.lmdeploy.hub.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.hub.Configs;
import org.lmdeploy.hub.LocalModelFolders;
import org.lmdeploy.testkit.SharedFolder;

class RandomCheckpointTest {
  @TempDir Path folder;

  @Test
  void shardsHoldTheSameWeightsAsOneFile() throws IOException {
    ConfigTree config = Configs.llama(Map.of());
    RandomCheckpoint.write(folder.resolve("one"), config, RandomCheckpoint.Options.DEFAULT);
    RandomCheckpoint.write(folder.resolve("many"), config, new RandomCheckpoint.Options(1, 40_000));
    assertTrue(Files.exists(folder.resolve("many/model-00001-of-00003.safetensors")));
    var folders = new LocalModelFolders();
    try (Checkpoint one = folders.open(folder.resolve("one"));
        Checkpoint many = folders.open(folder.resolve("many"))) {
      assertEquals(one.names(), many.names());
      for (String name : one.names()) {
        assertEquals(-1, one.tensor(name).data().mismatch(many.tensor(name).data()), name);
      }
    }
    assertEquals("LlamaForCausalLM", folders.read(folder.resolve("many")).architecture());
  }

  @Test
  void valuesHaveTheAskedSpreadInEveryType() throws IOException {
    for (String dtype : List.of("float32", "float16", "bfloat16")) {
      ConfigTree config = Configs.llama(Map.of("torch_dtype", dtype));
      RandomCheckpoint.write(folder, config, RandomCheckpoint.Options.DEFAULT);
      try (Checkpoint checkpoint = new LocalModelFolders().open(folder)) {
        var tensor = checkpoint.tensor("model.layers.0.mlp.up_proj.weight");
        double squares = 0;
        for (long i = 0; i < tensor.shape().elements(); i++) {
          double value =
              switch (tensor.dtype()) {
                case F32 -> tensor.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * i);
                case F16 ->
                    Float.float16ToFloat(
                        tensor.data().get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i));
                default ->
                    Float.intBitsToFloat(
                        tensor.data().get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i) << 16);
              };
          squares += value * value;
        }
        assertEquals(
            1 / Math.sqrt(64), Math.sqrt(squares / tensor.shape().elements()), 0.005, dtype);
      }
    }
  }

  @Test
  void tiedEmbeddingsHaveNoHead() {
    assertFalse(
        names(Configs.llama(Map.of("tie_word_embeddings", true))).containsKey("lm_head.weight"));
    assertTrue(names(Configs.llama(Map.of())).containsKey("lm_head.weight"));
  }

  @Test
  void internVlHasTheTensorsOfThePublishedLayout() {
    Path model = SharedFolder.of("models/tiny-internvl2");
    var folders = new LocalModelFolders();
    try (Checkpoint real = folders.open(model)) {
      Map<String, Shape> published = new TreeMap<>();
      real.names().forEach(name -> published.put(name, real.tensor(name).shape()));
      assertEquals(published, names(folders.read(model).config()));
    }
  }

  @Test
  void whatCannotBeWrittenIsNamed() {
    assertThrows(
        UnsupportedFeatureException.class,
        () -> RandomCheckpoint.tensors(Configs.llama(Map.of("architectures", List.of("Mamba")))));
    assertThrows(
        InvalidModelException.class,
        () -> RandomCheckpoint.tensors(Configs.llama(Map.of("torch_dtype", "int3"))));
  }

  private static Map<String, Shape> names(ConfigTree config) {
    Map<String, Shape> shapes = new TreeMap<>();
    RandomCheckpoint.tensors(config).forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
    return shapes;
  }
}

package org.lmdeploy.benchmark.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.hub.write.RandomCheckpoint;
import org.lmdeploy.hub.write.TensorSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A model of a given configuration with random weights, complete enough to be served. */
public final class RandomModel {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final ConfigTree config;
  private final SyntheticTokenizer tokenizer;

  private RandomModel(ConfigTree config) {
    this.config = config;
    this.tokenizer = SyntheticTokenizer.of(decoder(config).positiveInt("vocab_size"));
  }

  /**
   * The model of a configuration.
   *
   * @param file its config.json
   * @param dtype the type of the weights, or null for the configuration's own
   * @throws InvalidModelException if the file is no JSON object or lacks something
   */
  public static RandomModel of(Path file, DataType dtype) throws IOException {
    return of(file.toString(), Files.readAllBytes(file), dtype);
  }

  /** The model of a preset. */
  public static RandomModel of(Preset preset, DataType dtype) throws IOException {
    return of(preset.toString(), preset.config(), dtype);
  }

  private static RandomModel of(String name, byte[] json, DataType dtype) {
    Map<String, Object> values;
    try {
      values = JSON.readValue(json, new TypeReference<>() {});
    } catch (JacksonException e) {
      throw new InvalidModelException(name + " is no JSON object: " + e.getOriginalMessage(), e);
    }
    if (dtype != null) {
      values = new LinkedHashMap<>(values);
      values.remove("dtype");
      values.put("torch_dtype", dtype.torchName());
    }
    return new RandomModel(ConfigTree.of(name, values));
  }

  /** Bytes of all weights. */
  public long weightBytes() {
    return RandomCheckpoint.tensors(config).stream().mapToLong(TensorSpec::bytes).sum();
  }

  /**
   * Writes the folder, which is created if need be.
   *
   * @param shards about how many weight files
   */
  public void write(Path folder, long seed, int shards) throws IOException {
    long shardBytes = shards <= 1 ? Long.MAX_VALUE : Math.ceilDiv(weightBytes(), shards);
    RandomCheckpoint.write(folder, config, new RandomCheckpoint.Options(seed, shardBytes));
    JSON.writeValue(folder.resolve("tokenizer.json"), tokenizer.json());
    JSON.writeValue(folder.resolve("tokenizer_config.json"), tokenizer.config());
    JSON.writeValue(
        folder.resolve("generation_config.json"),
        Map.of(
            "bos_token_id", tokenizer.id(SyntheticTokenizer.BOS),
            "eos_token_id", List.of(tokenizer.id(SyntheticTokenizer.EOS)),
            "do_sample", false));
  }

  private static ConfigTree decoder(ConfigTree config) {
    return config.optionalChild("llm_config").orElse(config);
  }
}

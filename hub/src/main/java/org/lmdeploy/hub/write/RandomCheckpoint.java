package org.lmdeploy.hub.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.tensor.DType;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes checkpoints with random weights for a given {@code config.json}: Llama and InternLM2
 * decoders, and InternVL over either. For tests and benchmarks, which need the shape and not the
 * sense of a model.
 */
public final class RandomCheckpoint {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private RandomCheckpoint() {}

  /**
   * How a checkpoint is written.
   *
   * @param seed the same seed gives the same weights, however they are sharded
   * @param shardBytes a new shard begins before a file grows beyond this; {@link Long#MAX_VALUE}
   *     for a single {@code model.safetensors}
   */
  public record Options(long seed, long shardBytes) {
    /** One file, seed 1. */
    public static final Options DEFAULT = new Options(1, Long.MAX_VALUE);

    /** Checks the size. */
    public Options {
      if (shardBytes < 1) {
        throw new IllegalArgumentException("a shard needs at least one byte, not " + shardBytes);
      }
    }
  }

  /**
   * The tensors of a configuration.
   *
   * @throws UnsupportedFeatureException if the architecture is none of those that can be written
   */
  public static List<TensorSpec> tensors(ConfigTree config) {
    CheckpointShape shape = new CheckpointShape(dtype(config));
    if (architecture(config).equals("InternVLChatModel")) {
      InternVlTensors.add(shape, config);
    } else {
      decoder(shape, "", config);
    }
    return List.copyOf(shape.tensors());
  }

  /** Writes {@code config.json} and the weights into a folder, which is created if need be. */
  public static void write(Path folder, ConfigTree config, Options options) throws IOException {
    Files.createDirectories(folder);
    Shards.write(
        folder,
        tensors(config),
        options.shardBytes(),
        tensor -> new RandomValues(tensor, options.seed())::fill);
    JSON.writeValue(folder.resolve("config.json"), config.values());
  }

  static void decoder(CheckpointShape shape, String prefix, ConfigTree config) {
    switch (architecture(config)) {
      case "LlamaForCausalLM", "MistralForCausalLM" -> DecoderTensors.llama(shape, prefix, config);
      case "InternLM2ForCausalLM" -> DecoderTensors.internlm2(shape, prefix, config);
      default ->
          throw new UnsupportedFeatureException(
              config.path()
                  + ": architecture "
                  + architecture(config)
                  + " cannot be written; LlamaForCausalLM, MistralForCausalLM, InternLM2ForCausalLM"
                  + " and InternVLChatModel can");
    }
  }

  private static String architecture(ConfigTree config) {
    List<String> names = config.texts("architectures");
    if (names.isEmpty()) {
      throw config.wrong("architectures", names, "the name of the model class is needed");
    }
    return names.getFirst();
  }

  private static DType dtype(ConfigTree config) {
    String key = config.has("dtype") ? "dtype" : "torch_dtype";
    String name = config.text(key, "bfloat16");
    return switch (name) {
      case "bfloat16" -> DType.BF16;
      case "float16" -> DType.F16;
      case "float32" -> DType.F32;
      default -> throw config.wrong(key, name, "bfloat16, float16 or float32 is needed");
    };
  }
}

package org.lmdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lmdeploy.benchmark.checkpoint.DataType;
import org.lmdeploy.benchmark.checkpoint.RandomModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a model folder of random weights. */
@Command(
    name = "checkpoint",
    mixinStandardHelpOptions = true,
    description =
        "Writes a model folder of random weights for a given configuration: weights, tokenizer,"
            + " generation_config.json. It can be served; its answers make no sense.")
final class CheckpointCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      description = "a config.json: Llama, Mistral, InternLM2, or InternVL over one of these")
  private Path config;

  @Option(names = "--out", required = true, description = "the folder to write")
  private Path out;

  @Option(
      names = "--dtype",
      description = "type of the weights: ${COMPLETION-CANDIDATES}; the config's own if left out")
  private DataType dtype;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "the same seed gives the same weights (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--shards",
      defaultValue = "1",
      description = "about this many weight files (default: ${DEFAULT-VALUE})")
  private int shards;

  CheckpointCommand() {}

  @Override
  public Integer call() throws IOException {
    RandomModel model = RandomModel.of(config, dtype);
    System.out.printf("writing %.2f GB to %s%n", model.weightBytes() * 1e-9, out);
    model.write(out, seed, shards);
    return 0;
  }
}

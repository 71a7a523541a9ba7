package org.lmdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lmdeploy.benchmark.checkpoint.DataType;
import org.lmdeploy.benchmark.checkpoint.Preset;
import org.lmdeploy.benchmark.checkpoint.RandomModel;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a model folder of random weights. */
@Command(
    name = "checkpoint",
    mixinStandardHelpOptions = true,
    description =
        "Writes a model folder of random weights for a configuration: weights, tokenizer,"
            + " generation_config.json. It can be served; its answers make no sense.")
final class CheckpointCommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private Shape shape;

  /** What is written: one of the two. */
  private static final class Shape {
    @Option(
        names = "--config",
        description = "a config.json: Llama, Mistral, InternLM2, or InternVL over one of these")
    private Path config;

    @Option(names = "--preset", description = "a known model: ${COMPLETION-CANDIDATES}")
    private Preset preset;
  }

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
    RandomModel model =
        shape.preset == null
            ? RandomModel.of(shape.config, dtype)
            : RandomModel.of(shape.preset, dtype);
    double gigabytes = model.weightBytes() * 1e-9;
    System.out.printf("writing %.2f GB to %s%n", gigabytes, out);
    long start = System.nanoTime();
    model.write(out, seed, shards);
    double seconds = (System.nanoTime() - start) * 1e-9;
    System.out.printf("written in %.1f s, %.2f GB/s%n", seconds, gigabytes / seconds);
    return 0;
  }
}

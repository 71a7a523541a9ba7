package org.lmdeploy.shell.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.bench.GenerationBenchmark;
import org.lmdeploy.bench.GenerationBenchmark.Point;
import org.lmdeploy.bench.MeasuredModel;
import org.lmdeploy.bench.data.Lengths;
import org.lmdeploy.bench.report.StaticReport;
import org.lmdeploy.shell.Platform;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lmdeploy:bench}: how fast a loaded model answers where and as it runs now. */
@Command(
    name = "bench",
    description = {
      "Measure a loaded model with batches of equal requests of random ids.",
      "They go through its queue like all others: what else is asked meanwhile shares the device."
          + " 'lmdeploy benchmark' on the command line measures a model alone, with ceilings."
    },
    footer = "%nExample: lmdeploy:bench -c 1,8 --prompt-tokens 128 --completion-tokens 64")
final class FelixBench implements Callable<String> {
  private final Platform platform;

  @Mixin private HelpFlag help;
  @Mixin private ModelFlag model;
  @Mixin private DrawFlags draw;

  @Option(
      names = {"-c", "--concurrency"},
      split = ",",
      paramLabel = "N",
      description = "Sequences of a batch (default: 1,4).")
  private List<Integer> batches = List.of(1, 4);

  @Option(
      names = {"-pt", "--prompt-tokens"},
      paramLabel = "TOKENS",
      description = "Tokens of a prompt (default: ${DEFAULT-VALUE}).")
  private int prompt = 128;

  @Option(
      names = {"-ct", "--completion-tokens"},
      paramLabel = "TOKENS",
      description = "Tokens of an answer (default: ${DEFAULT-VALUE}).")
  private int completion = 128;

  @Option(
      names = {"-tr", "--test-round"},
      paramLabel = "N",
      description = "Rounds of each batch (default: ${DEFAULT-VALUE}).")
  private int rounds = 1;

  @Option(
      names = {"-w", "--warmup-round"},
      paramLabel = "N",
      description = "Rounds before them that are not counted (default: ${DEFAULT-VALUE}).")
  private int warmUp = 1;

  FelixBench(Platform platform) {
    this.platform = platform;
  }

  @Override
  public String call() throws InterruptedException {
    requireAtLeast("concurrency", 1, batches.stream().mapToInt(n -> n).min().orElse(0));
    requireAtLeast("prompt-tokens", 1, prompt);
    requireAtLeast("completion-tokens", 1, completion);
    requireAtLeast("test-round", 1, rounds);
    requireAtLeast("warmup-round", 0, warmUp);
    Lengths lengths = new Lengths(prompt, completion);
    List<Point> points = batches.stream().map(batch -> new Point(batch, lengths)).toList();
    MeasuredModel measured =
        MeasuredModel.of(model.of(platform.models()), platform.require(ModelFolders.class));
    // random prompts: the same seed twice would find them in the prefix cache
    GenerationBenchmark benchmark =
        new GenerationBenchmark(warmUp, rounds, draw.toConfig(), System.nanoTime());
    return new StaticReport(benchmark.run(measured, points, stage -> {}), Optional.empty())
        .text()
        .stripTrailing();
  }

  private static void requireAtLeast(String flag, int least, int value) {
    if (value < least) {
      throw new InvalidRequestException(
          flag, "--" + flag + " is " + value + "; it must be at least " + least);
    }
  }
}

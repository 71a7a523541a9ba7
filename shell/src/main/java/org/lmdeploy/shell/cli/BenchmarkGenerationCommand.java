package org.lmdeploy.shell.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.bench.GenerationBenchmark;
import org.lmdeploy.bench.GenerationBenchmark.Point;
import org.lmdeploy.bench.MeasuredModel;
import org.lmdeploy.bench.ceiling.CeilingSource;
import org.lmdeploy.bench.data.Lengths;
import org.lmdeploy.bench.report.Circumstances;
import org.lmdeploy.bench.report.StaticReport;
import org.lmdeploy.bench.work.Roofline;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lmdeploy benchmark generation [MODEL]}. */
@Command(
    name = "generation",
    description =
        "Measure an engine of this process with batches of equal requests of random ids"
            + " (LMDeploy's profile_generation).")
final class BenchmarkGenerationCommand implements Callable<Integer> {
  private static final List<Integer> BATCHES = List.of(1, 16, 32, 64);
  private static final List<Integer> PROMPTS = List.of(1, 128, 128, 2048, 2048);
  private static final List<Integer> COMPLETIONS = List.of(128, 128, 2048, 128, 2048);

  /** A context of 512 tokens on average; the first token is the prefill's. */
  private static final Lengths DECODE = new Lengths(384, 1 + 256);

  private static final List<Integer> DECODE_BATCHES = List.of(1, 16, 64, 256);

  private final Platform platform;

  @Spec private CommandSpec spec;
  @Mixin private HelpFlag help;
  @Mixin private EngineFlags engine;
  @Mixin private DrawFlags draw;
  @Mixin private ReportFlags reports;

  @Option(
      names = {"-c", "--concurrency"},
      arity = "1..*",
      split = ",",
      paramLabel = "N",
      description = "Sequences of a batch (default: 1 16 32 64; of --decode: 1 16 64 256).")
  private List<Integer> batches;

  @Option(
      names = {"-pt", "--prompt-tokens"},
      arity = "1..*",
      split = ",",
      paramLabel = "TOKENS",
      description = "Tokens of a prompt (default: 1 128 128 2048 2048).")
  private List<Integer> prompts;

  @Option(
      names = {"-ct", "--completion-tokens"},
      arity = "1..*",
      split = ",",
      paramLabel = "TOKENS",
      description = "Tokens of an answer, one for each prompt (default: 128 128 2048 128 2048).")
  private List<Integer> completions;

  @Option(
      names = "--decode",
      description =
          "The figure of decoding: prompts of 384 ids, 256 further tokens after the first, the"
              + " prefill not counted.")
  private boolean decode;

  @Option(
      names = {"-tr", "--test-round"},
      paramLabel = "N",
      description = "Rounds of each batch (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = {"-w", "--warmup-round"},
      paramLabel = "N",
      description = "Rounds before them that are not counted (default: ${DEFAULT-VALUE}).")
  private int warmUp = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed asks the same (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--log-level", paramLabel = "LEVEL", description = "${COMPLETION-CANDIDATES}.")
  private LogLevel logLevel = LogLevel.WARNING;

  BenchmarkGenerationCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() throws InterruptedException {
    logLevel.apply();
    List<Point> points = points();
    if (rounds < 1 || warmUp < 0) {
      throw new InvalidRequestException(
          "test-round", "--test-round must be at least 1 and --warmup-round at least 0");
    }
    CeilingSource ceilings = reports.ceilings(platform);
    GenerationBenchmark benchmark = new GenerationBenchmark(warmUp, rounds, draw.toConfig(), seed);
    Circumstances circumstances = ReportFlags.circumstances("generation", spec, platform);
    ModelManager manager = platform.models();
    int batch = points.stream().mapToInt(Point::batch).max().orElseThrow();
    int session = points.stream().mapToInt(point -> point.lengths().total()).max().orElseThrow();
    MeasuredModel model;
    List<GenerationBenchmark.Result> results;
    try (Progress progress = Progress.onStandardError()) {
      model =
          MeasuredModel.of(
              manager.load(engine.toLoadOptions(manager, batch, OptionalInt.of(session)), progress),
              platform.require(ModelFolders.class));
      try {
        results = benchmark.run(model, points, progress);
      } finally {
        manager.unload(model.served().name());
      }
      // after the model is gone, whose memory the measurement needs
      progress.accept("measuring the ceilings");
    }
    Optional<Roofline> roofline = ceilings.measure(model.served().device()).map(model::roofline);
    StaticReport report = new StaticReport(results, roofline);
    circumstances.lines().forEach(System.out::println);
    model.served().why().forEach(System.out::println);
    System.out.print(report.text());
    Map<String, Object> json = BenchmarkJson.head(circumstances, model, roofline);
    json.put("warmup_rounds", warmUp);
    json.put("seed", seed);
    json.put("draws", draw.draws());
    json.put("results", report.toMaps());
    reports.write(json, report.csvRows());
    return results.stream().allMatch(result -> result.figures().failures().isEmpty())
        ? 0
        : ErrorCode.INTERNAL.exitCode();
  }

  private List<Point> points() {
    List<Lengths> lengths = new ArrayList<>();
    if (decode) {
      if (prompts != null || completions != null) {
        throw new InvalidRequestException(
            "decode", "--decode sets the tokens of prompts and answers; leave out -pt and -ct");
      }
      lengths.add(DECODE);
    } else {
      List<Integer> prompt = prompts == null ? PROMPTS : prompts;
      List<Integer> completion = completions == null ? COMPLETIONS : completions;
      if (prompt.size() != completion.size()) {
        throw new InvalidRequestException(
            "completion-tokens",
            "--prompt-tokens has %s numbers and --completion-tokens %s; they go in pairs"
                .formatted(prompt.size(), completion.size()));
      }
      for (int i = 0; i < prompt.size(); i++) {
        lengths.add(lengths(prompt.get(i), completion.get(i)));
      }
    }
    List<Point> points = new ArrayList<>();
    for (int batch : batches == null ? decode ? DECODE_BATCHES : BATCHES : batches) {
      if (batch < 1) {
        throw new InvalidRequestException("concurrency", "--concurrency has " + batch);
      }
      lengths.forEach(each -> points.add(new Point(batch, each)));
    }
    return points;
  }

  private static Lengths lengths(int prompt, int completion) {
    if (prompt < 1 || completion < 1) {
      throw new InvalidRequestException(
          "prompt-tokens",
          "a prompt of %s and an answer of %s tokens cannot be".formatted(prompt, completion));
    }
    return new Lengths(prompt, completion);
  }
}

package org.lmdeploy.shell.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.bench.MeasuredModel;
import org.lmdeploy.bench.ThroughputBenchmark;
import org.lmdeploy.bench.ceiling.CeilingSource;
import org.lmdeploy.bench.data.Request;
import org.lmdeploy.bench.report.Circumstances;
import org.lmdeploy.bench.report.ServingReport;
import org.lmdeploy.bench.work.Roofline;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lmdeploy benchmark throughput [MODEL]}. */
@Command(
    name = "throughput",
    description =
        "Measure an engine of this process with many requests, so many under way at once"
            + " (LMDeploy's profile_throughput).")
final class BenchmarkThroughputCommand implements Callable<Integer> {
  private static final int PROMPTS = 5000;

  private final Platform platform;

  @Spec private CommandSpec spec;
  @Mixin private HelpFlag help;
  @Mixin private EngineFlags engine;
  @Mixin private DatasetFlags dataset;
  @Mixin private DrawFlags draw;
  @Mixin private GoodputFlag goodput;
  @Mixin private ReportFlags reports;

  @Option(
      names = {"-c", "--concurrency"},
      paramLabel = "N",
      description = "Requests under way at once (default: ${DEFAULT-VALUE}).")
  private int concurrency = 256;

  @Option(
      names = "--warmup-prompts",
      paramLabel = "N",
      description = "Short requests before the clock starts (default: twice the concurrency).")
  private Integer warmUp;

  @Option(names = "--log-level", paramLabel = "LEVEL", description = "${COMPLETION-CANDIDATES}.")
  private LogLevel logLevel = LogLevel.WARNING;

  BenchmarkThroughputCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() throws InterruptedException {
    logLevel.apply();
    dataset.check();
    if (concurrency < 1 || warmUp != null && warmUp < 0) {
      throw new InvalidRequestException(
          "concurrency", "--concurrency must be at least 1 and --warmup-prompts at least 0");
    }
    CeilingSource ceilings = reports.ceilings(platform);
    ThroughputBenchmark benchmark =
        new ThroughputBenchmark(
            concurrency,
            warmUp == null ? 2 * concurrency : warmUp,
            draw.toConfig(),
            goodput.toSlo());
    Circumstances circumstances = ReportFlags.circumstances("throughput", spec, platform);
    ModelManager manager = platform.models();
    LoadOptions options = engine.toLoadOptions(manager, concurrency, OptionalInt.empty());
    MeasuredModel model;
    List<Request> requests;
    ThroughputBenchmark.Result result;
    try (Progress progress = Progress.onStandardError()) {
      model =
          MeasuredModel.of(manager.load(options, progress), platform.require(ModelFolders.class));
      try {
        requests =
            dataset.requests(PROMPTS, model.served().tokenizer(), model.randomIds(dataset.seed()));
        result = benchmark.run(model.served(), requests, progress);
      } finally {
        manager.unload(model.served().name());
      }
      // after the model is gone, whose memory the measurement needs
      progress.accept("measuring the ceilings");
    }
    Optional<Roofline> roofline = ceilings.measure(model.served().device()).map(model::roofline);
    ServingReport report =
        new ServingReport(
            result.figures(),
            benchmark.slo(),
            Math.min(concurrency, options.engine().maxBatchSize()),
            Optional.of(result.counts()),
            roofline);
    print(circumstances, model, report);
    reports.write(json(circumstances, model, report, roofline), List.of(csv(report)));
    return result.figures().failures().isEmpty() ? 0 : ErrorCode.INTERNAL.exitCode();
  }

  private Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("Concurrency", concurrency);
    parameters.put("Data set", dataset.name());
    return parameters;
  }

  private void print(Circumstances circumstances, MeasuredModel model, ServingReport report) {
    circumstances.lines().forEach(System.out::println);
    model.served().why().forEach(System.out::println);
    System.out.print(report.text("Profile Throughput", parameters()));
  }

  private Map<String, Object> json(
      Circumstances circumstances,
      MeasuredModel model,
      ServingReport report,
      Optional<Roofline> roofline) {
    Map<String, Object> json = BenchmarkJson.head(circumstances, model, roofline);
    json.put("dataset", dataset.toMap());
    Map<String, Object> point = new LinkedHashMap<>();
    point.put("concurrency", concurrency);
    point.put("warmup_prompts", warmUp == null ? 2 * concurrency : warmUp);
    point.put("draws", draw.draws());
    point.putAll(report.toMap());
    json.put("results", List.of(point));
    return json;
  }

  private Map<String, Object> csv(ServingReport report) {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("concurrency", concurrency);
    columns.putAll(dataset.csvColumns());
    return report.csvRow(columns);
  }
}

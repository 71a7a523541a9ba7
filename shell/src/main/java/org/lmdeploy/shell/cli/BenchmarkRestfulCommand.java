package org.lmdeploy.shell.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.model.ModelSource;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.tokenizer.TokenizerProvider;
import org.lmdeploy.bench.RestfulBenchmark;
import org.lmdeploy.bench.ServerModel;
import org.lmdeploy.bench.ceiling.MeasuredCeilings;
import org.lmdeploy.bench.data.RandomIds;
import org.lmdeploy.bench.data.Request;
import org.lmdeploy.bench.figure.ServingFigures;
import org.lmdeploy.bench.figure.Slo;
import org.lmdeploy.bench.load.Arrivals;
import org.lmdeploy.bench.load.HttpTarget;
import org.lmdeploy.bench.load.ServerKind;
import org.lmdeploy.bench.load.ServerModels;
import org.lmdeploy.bench.report.Circumstances;
import org.lmdeploy.bench.report.ServingReport;
import org.lmdeploy.bench.work.Roofline;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lmdeploy benchmark restful}. */
@Command(
    name = "restful",
    description =
        "Measure a server that speaks OpenAI's protocol with many requests"
            + " (LMDeploy's profile_restful_api).")
final class BenchmarkRestfulCommand implements Callable<Integer> {
  private static final int PROMPTS = 1000;
  private static final int MOST_WARM_UP = 64;

  /** A client that is busier than this may be what is measured. */
  private static final double BUSY = 0.7;

  private final Platform platform;

  @Spec private CommandSpec spec;
  @Mixin private HelpFlag help;
  @Mixin private DatasetFlags dataset;
  @Mixin private DrawFlags draw;
  @Mixin private GoodputFlag goodput;
  @Mixin private ReportFlags reports;

  @Option(
      names = "--backend",
      paramLabel = "KIND",
      description =
          "What the server is: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). The first two"
              + " take token ids and ignore end tokens; any other is asked with texts.")
  private ServerKind backend = ServerKind.lmdeploy;

  @Option(names = "--base-url", paramLabel = "URL", description = "Its address, without /v1.")
  private URI baseUrl;

  @Option(names = "--host", description = "Its host (default: 127.0.0.1).")
  private String host;

  @Option(names = "--port", description = "Its port (default: lmdeploy 23333, others 8000).")
  private Integer port;

  @Option(names = "--api-key", paramLabel = "KEY", description = "The key that it wants.")
  private String apiKey;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The served model (default: the first that the server names).")
  private String model;

  @Option(
      names = {"--model-path", "--tokenizer"},
      required = true,
      paramLabel = "MODEL",
      description = "The model's folder or its id: token ids are drawn from its tokenizer.")
  private String modelPath;

  @Option(
      names = "--request-rate",
      paramLabel = "RATE",
      description =
          "Requests in a second, as a Poisson process; inf: all as soon as may be (default: inf).")
  private String requestRate = "inf";

  @Option(
      names = "--max-concurrency",
      paramLabel = "N",
      description = "Most requests under way at once (default: all).")
  private Integer maxConcurrency;

  @Option(
      names = "--disable-stream",
      description = "Take answers whole: there are no times of tokens then.")
  private boolean disableStream;

  @Option(names = "--disable-ignore-eos", description = "Let end tokens end answers.")
  private boolean disableIgnoreEos;

  @Option(names = "--disable-warmup", description = "Start the clock with the first request.")
  private boolean disableWarmUp;

  @Option(names = "--log-level", paramLabel = "LEVEL", description = "${COMPLETION-CANDIDATES}.")
  private LogLevel logLevel = LogLevel.WARNING;

  BenchmarkRestfulCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() throws InterruptedException {
    logLevel.apply();
    check();
    Slo slo = goodput.toSlo();
    ModelFolders folders = platform.require(ModelFolders.class);
    Path folder;
    try (Progress progress = Progress.onStandardError()) {
      folder = folders.find(ModelSource.of(modelPath), progress).folder();
    }
    ServerModel serverModel = ServerModel.of(folder, folders);
    Circumstances circumstances = ReportFlags.circumstances("restful", spec, platform);
    List<Request> requests = requests(folder, serverModel);
    URI address = address();
    String name = model == null ? ServerModels.first(address, Optional.ofNullable(apiKey)) : model;
    int concurrency = maxConcurrency == null ? requests.size() : maxConcurrency;
    RestfulBenchmark benchmark =
        new RestfulBenchmark(
            server(address, name),
            new Arrivals(rate(), concurrency, dataset.seed()),
            disableWarmUp ? 0 : Math.min(2 * concurrency, MOST_WARM_UP),
            slo);
    ServingFigures figures;
    try (Progress progress = Progress.onStandardError()) {
      figures = benchmark.run(requests, progress);
    }
    Optional<Roofline> roofline =
        reports.ceilings(platform).given().map(ceilings -> serverModel.roofline(ceilings, folders));
    ServingReport report = new ServingReport(figures, slo, concurrency, Optional.empty(), roofline);
    circumstances.lines().forEach(System.out::println);
    System.out.println("server: " + address + ", model " + name);
    System.out.print(report.text("Profile RESTful API", parameters(concurrency)));
    double busy = figures.processors() / Runtime.getRuntime().availableProcessors();
    System.out.printf("The client used %.0f %% of this machine's processors.%n", 100 * busy);
    if (busy > BUSY) {
      System.out.println(
          "WARNING: above 70 % the client may be what was measured; use a larger machine for it.");
    }
    reports.write(
        json(circumstances, address, name, concurrency, busy, report, roofline),
        List.of(csv(report)));
    return figures.failures().isEmpty() ? 0 : ErrorCode.INTERNAL.exitCode();
  }

  private void check() {
    dataset.check();
    if (baseUrl != null && (host != null || port != null)) {
      throw new InvalidRequestException(
          "base-url", "--base-url is the whole address; leave out --host and --port");
    }
    if (maxConcurrency != null && maxConcurrency < 1) {
      throw new InvalidRequestException(
          "max-concurrency", "--max-concurrency is " + maxConcurrency + "; it must be at least 1");
    }
    if (disableIgnoreEos && !backend.ignoresEos()) {
      throw new InvalidRequestException(
          "disable-ignore-eos",
          "--disable-ignore-eos has no effect on the backend " + backend + ", which obeys them");
    }
    if (disableStream && goodput.toSlo().needsTokenTimes()) {
      throw new InvalidRequestException(
          "goodput", "--goodput needs the times of tokens, which --disable-stream does not have");
    }
    reports.requireBothCeilings();
    rate();
  }

  private double rate() {
    if (requestRate.equals("inf")) {
      return Double.POSITIVE_INFINITY;
    }
    if (requestRate.matches("[0-9]+(\\.[0-9]+)?") && Double.parseDouble(requestRate) > 0) {
      return Double.parseDouble(requestRate);
    }
    throw new InvalidRequestException(
        "request-rate", "--request-rate is " + requestRate + "; inf or a number above 0 is needed");
  }

  private URI address() {
    if (baseUrl != null) {
      return baseUrl;
    }
    int defaultPort = backend == ServerKind.lmdeploy ? 23333 : 8000;
    return URI.create(
        "http://"
            + (host == null ? "127.0.0.1" : host)
            + ":"
            + (port == null ? defaultPort : port));
  }

  private HttpTarget.Options server(URI address, String name) {
    return new HttpTarget.Options(
        address,
        Optional.ofNullable(apiKey),
        name,
        backend,
        !disableStream,
        backend.ignoresEos() && !disableIgnoreEos,
        draw.toFields());
  }

  private List<Request> requests(Path folder, ServerModel serverModel) {
    try (Tokenizer tokenizer = tokenizer(folder)) {
      RandomIds ids = RandomIds.of(tokenizer, serverModel.vocabulary(), dataset.seed());
      List<Request> requests = dataset.requests(PROMPTS, tokenizer, ids);
      if (backend.takesIds()) {
        return requests;
      }
      return requests.stream().map(request -> asText(request, tokenizer)).toList();
    }
  }

  private static Request asText(Request request, Tokenizer tokenizer) {
    String text =
        request.promptText().orElseGet(() -> tokenizer.decode(request.promptIds(), false));
    return new Request(request.promptIds(), Optional.of(text), request.outputTokens());
  }

  private Tokenizer tokenizer(Path folder) {
    return platform.all(TokenizerProvider.class).stream()
        .filter(provider -> provider.accepts(folder).isPresent())
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedFeatureException(
                    "no loaded bundle can open the tokenizer of " + folder))
        .open(folder);
  }

  private Map<String, Object> parameters(int concurrency) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("Backend", backend);
    parameters.put("Traffic request rate", requestRate);
    parameters.put("Max concurrency", concurrency);
    parameters.put("Data set", dataset.name());
    return parameters;
  }

  private Map<String, Object> json(
      Circumstances circumstances,
      URI address,
      String name,
      int concurrency,
      double busy,
      ServingReport report,
      Optional<Roofline> roofline) {
    Map<String, Object> json = new LinkedHashMap<>(circumstances.toMap());
    json.put("server", address.toString());
    json.put("model", Map.of("name", name, "folder", modelPath));
    json.put(
        "ceilings",
        roofline.map(Roofline::ceilings).<Object>map(MeasuredCeilings::toMap).orElse("not known"));
    json.put("work", roofline.<Object>map(Roofline::toMap).orElse("not known"));
    json.put("dataset", dataset.toMap());
    Map<String, Object> point = new LinkedHashMap<>();
    point.put("backend", backend.toString());
    point.put("request_rate", requestRate);
    point.put("concurrency", concurrency);
    point.put("stream", !disableStream);
    point.put("draws", draw.draws());
    point.put("client_cpu_share", busy);
    point.putAll(report.toMap());
    json.put("results", List.of(point));
    return json;
  }

  private Map<String, Object> csv(ServingReport report) {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("backend", backend);
    columns.putAll(dataset.csvColumns());
    columns.put("request_rate", requestRate);
    return report.csvRow(columns);
  }
}

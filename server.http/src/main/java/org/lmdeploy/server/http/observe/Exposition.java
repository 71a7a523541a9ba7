package org.lmdeploy.server.http.observe;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.lmdeploy.api.engine.EngineStats;

/**
 * The counts of all models as Prometheus reads them, under LMDeploy's names. A label {@code engine}
 * is always 0: LMDeploy numbers the replicas of a model there, and a model has one.
 *
 * @param models the models
 */
public record Exposition(ObservedModels models) {
  private static final String PREFIX = "lmdeploy:";
  private static final String REPLICA = "0";

  private static final ExpositionFormatWriter TEXT = PrometheusTextFormatWriter.builder().build();
  private static final ExpositionFormatWriter OPEN_METRICS =
      OpenMetricsTextFormatWriter.builder().build();

  private record Gauge(String name, String help, ToDoubleFunction<ObservedModel> value) {}

  private record Counter(String name, String help, ToDoubleFunction<ObservedModel> value) {}

  private record Histogram(String name, String help, Function<ModelMetrics, Distribution> of) {}

  private static final List<Gauge> GAUGES =
      List.of(
          new Gauge(
              "num_requests_succeeded",
              "Requests that ended by themselves.",
              model -> model.metrics().requestsSucceeded()),
          new Gauge(
              "num_requests_failed",
              "Requests that failed or were cancelled.",
              model -> model.metrics().failed.sum()),
          new Gauge(
              "num_api_requests_routed",
              "Requests that the engine has now.",
              model -> model.metrics().routed.sum()),
          new Gauge(
              "num_api_requests_waiting",
              "Requests that are being prepared for the engine now.",
              model -> model.metrics().preparing.sum()),
          new Gauge(
              "num_requests_running",
              "Sequences in the engine's batch now.",
              model -> model.stats().running()),
          new Gauge(
              "num_requests_waiting",
              "Sequences in the engine's queue now.",
              model -> model.stats().waiting()),
          new Gauge(
              "gpu_cache_usage_perc",
              "Part of the KV cache that sequences use now; 1 is all of it.",
              model -> share(model.stats().kvBlocksUsed(), model.stats().kvBlocks())),
          new Gauge(
              "prefix_cache_hit_rate",
              "Part of all prompt tokens that came from the prefix cache.",
              model -> hitRate(model.stats())));

  private static final List<Counter> COUNTERS =
      List.of(
          new Counter(
              "prompt_tokens",
              "Tokens of prompts, those from the prefix cache included.",
              model -> model.stats().promptTokens() + model.stats().cachedTokens()),
          new Counter(
              "generation_tokens",
              "Tokens that were generated.",
              model -> model.stats().generatedTokens()),
          new Counter(
              "cached_tokens",
              "Those of the prompt tokens that came from the prefix cache.",
              model -> model.stats().cachedTokens()));

  private static final List<Double> STEP_BOUNDS =
      Stream.concat(
              EngineStats.STEP_TOKENS.stream().map(Integer::doubleValue),
              Stream.of(Double.POSITIVE_INFINITY))
          .toList();

  private static final List<Histogram> HISTOGRAMS =
      List.of(
          new Histogram(
              "request_prompt_tokens",
              "Tokens of a request's prompt.",
              counts -> counts.requestPromptTokens),
          new Histogram(
              "request_generation_tokens",
              "Tokens of a request's answer.",
              counts -> counts.requestGeneratedTokens),
          new Histogram(
              "request_cached_tokens",
              "Tokens of a request's prompt that came from the prefix cache.",
              counts -> counts.requestCachedTokens),
          new Histogram(
              "request_cache_hit_ratio",
              "Part of a request's prompt that came from the prefix cache.",
              counts -> counts.cacheHitRatio),
          new Histogram(
              "time_to_first_token_seconds",
              "From the arrival of a request to its first token.",
              counts -> counts.firstToken),
          new Histogram(
              "time_per_output_token_seconds",
              "From one token to the next of an answer.",
              counts -> counts.perToken),
          new Histogram(
              "iter_token_latency",
              "Seconds from one piece of an answer to the next, which may have several tokens.",
              counts -> counts.betweenChunks),
          new Histogram(
              "e2e_request_latency_seconds",
              "From the arrival of a request to the end of its answer.",
              counts -> counts.endToEnd),
          new Histogram(
              "request_queue_time_seconds",
              "From the submission of a request to the engine to its admission to the batch.",
              counts -> counts.queue),
          new Histogram(
              "request_inference_time_seconds",
              "From that admission to the end of the answer.",
              counts -> counts.inference),
          new Histogram(
              "request_prefill_time_seconds",
              "From that admission to the first token.",
              counts -> counts.prefill),
          new Histogram(
              "request_decode_time_seconds",
              "From the first token to the end of the answer.",
              counts -> counts.decode));

  /**
   * Writes all counts.
   *
   * @param accept what the client says in {@code Accept}, or null
   * @return the content type of what was written
   */
  public String write(String accept, OutputStream out) throws IOException {
    boolean open = accept != null && accept.toLowerCase(Locale.ROOT).contains("openmetrics-text");
    ExpositionFormatWriter writer = open ? OPEN_METRICS : TEXT;
    writer.write(out, snapshots());
    return writer.getContentType();
  }

  private MetricSnapshots snapshots() {
    List<ObservedModel> all = models.all();
    List<MetricSnapshot> snapshots = new ArrayList<>();
    snapshots.add(info(all));
    GAUGES.forEach(gauge -> snapshots.add(gauge(gauge, all)));
    COUNTERS.forEach(counter -> snapshots.add(counter(counter, all)));
    snapshots.add(successes(all));
    HISTOGRAMS.forEach(histogram -> snapshots.add(histogram(histogram, all)));
    snapshots.add(steps(all));
    return new MetricSnapshots(snapshots);
  }

  private static MetricSnapshot info(List<ObservedModel> all) {
    InfoSnapshot.Builder info =
        InfoSnapshot.builder().name(PREFIX + "backend_config").help("How a model was opened.");
    for (ObservedModel model : all) {
      Labels labels =
          labels(model)
              .add("device", model.device().id())
              .add("session_len", Integer.toString(model.sessionLen()))
              .add("kv_blocks", Integer.toString(model.plan().kvBlocks()))
              .add("kv_block_tokens", Integer.toString(model.plan().kvBlockTokens()));
      info.dataPoint(InfoDataPointSnapshot.builder().labels(labels).build());
    }
    return info.build();
  }

  private static MetricSnapshot gauge(Gauge gauge, List<ObservedModel> all) {
    GaugeSnapshot.Builder snapshot =
        GaugeSnapshot.builder().name(PREFIX + gauge.name()).help(gauge.help());
    for (ObservedModel model : all) {
      snapshot.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(labels(model))
              .value(gauge.value().applyAsDouble(model))
              .build());
    }
    return snapshot.build();
  }

  private static MetricSnapshot counter(Counter counter, List<ObservedModel> all) {
    CounterSnapshot.Builder snapshot =
        CounterSnapshot.builder().name(PREFIX + counter.name()).help(counter.help());
    for (ObservedModel model : all) {
      snapshot.dataPoint(point(labels(model), counter.value().applyAsDouble(model)));
    }
    return snapshot.build();
  }

  private static MetricSnapshot successes(List<ObservedModel> all) {
    CounterSnapshot.Builder snapshot =
        CounterSnapshot.builder()
            .name(PREFIX + "request_success")
            .help("Requests that ended by themselves, by the reason of their end.");
    for (ObservedModel model : all) {
      model
          .metrics()
          .succeeded
          .forEach(
              (reason, count) ->
                  snapshot.dataPoint(
                      point(
                          labels(model)
                              .add("finished_reason", reason.name().toLowerCase(Locale.ROOT)),
                          count.sum())));
    }
    return snapshot.build();
  }

  private static CounterDataPointSnapshot point(Labels labels, double value) {
    return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static MetricSnapshot histogram(Histogram histogram, List<ObservedModel> all) {
    HistogramSnapshot.Builder snapshot =
        HistogramSnapshot.builder().name(PREFIX + histogram.name()).help(histogram.help());
    for (ObservedModel model : all) {
      snapshot.dataPoint(histogram.of().apply(model.metrics()).snapshot(labels(model)));
    }
    return snapshot.build();
  }

  private static MetricSnapshot steps(List<ObservedModel> all) {
    HistogramSnapshot.Builder snapshot =
        HistogramSnapshot.builder()
            .name(PREFIX + "iteration_tokens_total")
            .help("Tokens of a step of the engine.");
    for (ObservedModel model : all) {
      EngineStats stats = model.stats();
      if (stats.stepTokens().size() != STEP_BOUNDS.size()) {
        continue; // an engine that does not count its steps
      }
      snapshot.dataPoint(
          HistogramDataPointSnapshot.builder()
              .classicHistogramBuckets(ClassicHistogramBuckets.of(STEP_BOUNDS, stats.stepTokens()))
              .sum(stats.promptTokens() + stats.generatedTokens())
              .labels(labels(model))
              .build());
    }
    return snapshot.build();
  }

  private static Labels labels(ObservedModel model) {
    return Labels.of("model_name", model.name(), "engine", REPLICA);
  }

  static double hitRate(EngineStats stats) {
    return share(stats.cachedTokens(), stats.cachedTokens() + stats.promptTokens());
  }

  static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}

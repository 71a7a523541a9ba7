package org.lmdeploy.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.lmdeploy.bench.figure.Distribution;
import org.lmdeploy.bench.figure.ServingFigures;
import org.lmdeploy.bench.figure.Slo;
import org.lmdeploy.bench.load.StatsWatch;
import org.lmdeploy.bench.work.Roofline;

/**
 * The report of a run of many requests, against an engine or a server.
 *
 * @param figures what it came to
 * @param slo objectives for goodput
 * @param batch sequences that ran at once at most, for the limit
 * @param counts what the engine counted; empty for a server
 * @param roofline the least times; empty where the ceilings are not known
 */
public record ServingReport(
    ServingFigures figures,
    Slo slo,
    int batch,
    Optional<StatsWatch.Counts> counts,
    Optional<Roofline> roofline) {
  private static final String HEADER = "%-30s%10s%10s%10s%10s%10s%10s%n";
  private static final int MOST_FAILURES = 5;

  /** The limit of the requests in a second. */
  private OptionalDouble limit() {
    if (roofline.isEmpty() || figures.completed() == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        roofline.get().servingThroughput(batch, figures.meanInput(), figures.meanOutput()));
  }

  /** The results for a JSON report; names as in LMDeploy's and vLLM's. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("completed", figures.completed());
    map.put("failed", figures.failures().size());
    map.put("failures", figures.failures().stream().distinct().limit(MOST_FAILURES).toList());
    map.put("duration", figures.seconds());
    map.put("total_input_tokens", figures.inputTokens());
    map.put("total_output_tokens", figures.outputTokens());
    map.put("request_throughput", figures.requestThroughput());
    map.put("input_throughput", figures.inputThroughput());
    map.put("output_throughput", figures.outputThroughput());
    map.put("total_token_throughput", figures.totalThroughput());
    figures
        .steady()
        .ifPresent(
            steady -> {
              map.put("steady_seconds", steady.seconds());
              map.put("steady_output_throughput", steady.outputThroughput());
            });
    if (figures.goodput().isPresent()) {
      map.put("request_goodput", figures.goodput().getAsDouble());
      map.put("goodput_objectives_ms", slo.toMap());
    }
    map.put("e2e_latency_ms", figures.e2e().toMap());
    map.put("ttft_ms", figures.ttft().toMap());
    map.put("tpot_ms", figures.tpot().toMap());
    map.put("itl_ms", figures.itl().gaps().toMap());
    map.put("tokens_per_arrival", figures.itl().perArrival());
    map.put("process_processors", figures.processors());
    counts.ifPresent(each -> map.put("engine", engine(each)));
    if (limit().isPresent()) {
      double limit = limit().getAsDouble();
      map.put("limit_request_throughput", limit);
      map.put("limit_output_throughput", limit * figures.meanOutput());
      map.put("share_of_limit", figures.requestThroughput() / limit);
    }
    return map;
  }

  private static Map<String, Object> engine(StatsWatch.Counts counts) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("steps", counts.steps());
    map.put("generated_tokens", counts.generatedTokens());
    map.put("prompt_tokens", counts.promptTokens());
    map.put("cached_tokens", counts.cachedTokens());
    map.put("preemptions", counts.preemptions());
    map.put("peak_running", counts.peakRunning());
    map.put("peak_waiting", counts.peakWaiting());
    map.put("kv_blocks", counts.kvBlocks());
    map.put("peak_kv_blocks", counts.peakKvBlocks());
    map.put("kv_committed_bytes", counts.kvCommittedBytes());
    return map;
  }

  /** The row of LMDeploy's CSV file, after the columns that tell what was run. */
  public Map<String, Object> csvRow(Map<String, Object> parameters) {
    Map<String, Object> row = new LinkedHashMap<>(parameters);
    row.put("completed", figures.completed());
    row.put("total_input_tokens", figures.inputTokens());
    row.put("total_output_tokens", figures.outputTokens());
    row.put("duration", decimals(figures.seconds()));
    row.put("request_throughput", decimals(figures.requestThroughput()));
    row.put("input_throughput", decimals(figures.inputThroughput()));
    row.put("output_throughput", decimals(figures.outputThroughput()));
    row.put("mean_e2e_latency_ms", decimals(figures.e2e().mean()));
    row.put("mean_ttft_ms", decimals(figures.ttft().mean()));
    row.put("mean_tpot_ms", decimals(figures.tpot().mean()));
    row.put("mean_itl_ms", decimals(figures.itl().gaps().mean()));
    return row;
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /** The report as text, in the order of LMDeploy's. */
  public String text(String title, Map<String, Object> parameters) {
    StringBuilder out = new StringBuilder();
    out.append(rule(" " + title + " ", '='));
    line(out, "Benchmark duration (s)", Numbers.text(figures.seconds()));
    line(out, "Total requests", figures.completed() + figures.failures().size());
    line(out, "Successful requests", figures.completed());
    parameters.forEach((name, value) -> line(out, name, value));
    line(out, "Total input tokens", figures.inputTokens());
    line(out, "Total generated tokens", figures.outputTokens());
    line(out, "Input throughput (tok/s)", Numbers.text(figures.inputThroughput()));
    line(out, "Output throughput (tok/s)", Numbers.text(figures.outputThroughput()));
    line(out, "Total throughput (tok/s)", Numbers.text(figures.totalThroughput()));
    line(out, "Request throughput (req/s)", Numbers.text(figures.requestThroughput()));
    figures
        .steady()
        .ifPresent(
            steady ->
                line(
                    out,
                    "Output, batch full (tok/s)",
                    Numbers.text(steady.outputThroughput())
                        + " over "
                        + Numbers.text(steady.seconds())
                        + " s"));
    figures
        .goodput()
        .ifPresent(good -> line(out, "Goodput (req/s)", Numbers.text(good) + " with " + slo));
    out.append(rule("", '-'));
    out.append(String.format(Locale.ROOT, HEADER, "", "mean", "P50", "P75", "P90", "P95", "P99"));
    row(out, "End-to-end latency (ms)", figures.e2e());
    row(out, "Time to first token (ms)", figures.ttft());
    row(out, "Time per output token (ms)", figures.tpot());
    row(out, "Inter-token latency (ms)", figures.itl().gaps());
    line(out, "Tokens per arrival", Numbers.text(figures.itl().perArrival()));
    counts.ifPresent(each -> engineLines(out, each));
    out.append(rule("", '-'));
    CeilingLines.of(roofline).forEach(each -> out.append(each).append(System.lineSeparator()));
    limit().ifPresent(limit -> limitLines(out, limit));
    failureLines(out);
    out.append(rule("", '='));
    return out.toString();
  }

  private static void engineLines(StringBuilder out, StatsWatch.Counts counts) {
    line(out, "Engine steps", counts.steps());
    line(out, "Preemptions", counts.preemptions());
    line(
        out,
        "Peak KV blocks",
        "%d of %d (%s)"
            .formatted(
                counts.peakKvBlocks(),
                counts.kvBlocks(),
                Numbers.percent((double) counts.peakKvBlocks() / counts.kvBlocks())));
    line(
        out,
        "Prompt tokens from cache",
        "%d of %d".formatted(counts.cachedTokens(), counts.cachedTokens() + counts.promptTokens()));
    line(out, "Peak sequences running", counts.peakRunning());
  }

  private void limitLines(StringBuilder out, double limit) {
    line(
        out,
        "Limit with these ceilings",
        "%s req/s, %s output tok/s with %d sequences"
            .formatted(Numbers.text(limit), Numbers.text(limit * figures.meanOutput()), batch));
    line(out, "Share of the limit", Numbers.percent(figures.requestThroughput() / limit));
  }

  private void failureLines(StringBuilder out) {
    if (!figures.failures().isEmpty()) {
      line(out, "FAILED REQUESTS", figures.failures().size());
      out.append(
          figures.failures().stream()
              .distinct()
              .limit(MOST_FAILURES)
              .map(each -> "  " + each + System.lineSeparator())
              .collect(Collectors.joining()));
    }
  }

  private static void row(StringBuilder out, String name, Distribution values) {
    List<Object> cells = new ArrayList<>();
    cells.add(name);
    cells.add(Numbers.text(values.mean()));
    for (int percent : new int[] {50, 75, 90, 95, 99}) {
      cells.add(Numbers.text(values.percentile(percent)));
    }
    out.append(String.format(Locale.ROOT, HEADER, cells.toArray()));
  }

  private static void line(StringBuilder out, String name, Object value) {
    out.append(String.format(Locale.ROOT, "%-30s%10s%n", name, value));
  }

  private static String rule(String title, char fill) {
    int width = 90;
    int left = (width - title.length()) / 2;
    String line = String.valueOf(fill);
    return line.repeat(left)
        + title
        + line.repeat(width - title.length() - left)
        + System.lineSeparator();
  }
}

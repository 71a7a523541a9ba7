package org.lmdeploy.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.lmdeploy.bench.GenerationBenchmark.Point;
import org.lmdeploy.bench.GenerationBenchmark.Result;
import org.lmdeploy.bench.figure.Distribution;
import org.lmdeploy.bench.figure.StaticFigures;
import org.lmdeploy.bench.work.Roofline;

/**
 * The report of static batches.
 *
 * @param results one for each batch
 * @param roofline the least times; empty where the ceilings are not known
 */
public record StaticReport(List<Result> results, Optional<Roofline> roofline) {
  private static final String ROW = "%6s %6s %6s %10s %10s %10s %10s %7s %27s %31s %8s%n";

  /** Copies the list. */
  public StaticReport {
    results = List.copyOf(results);
  }

  private OptionalDouble staticLimit(Point point) {
    return roofline
        .map(
            roof ->
                OptionalDouble.of(
                    roof.staticThroughput(
                        point.batch(), point.lengths().prompt(), point.lengths().output())))
        .orElse(OptionalDouble.empty());
  }

  private OptionalDouble decodeLimit(Point point) {
    if (roofline.isEmpty() || point.lengths().output() < 2) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        roofline
            .get()
            .decodeThroughput(
                point.batch(), point.lengths().prompt(), point.lengths().output() - 1));
  }

  /** The results for a JSON report: an object for each batch. */
  public List<Map<String, Object>> toMaps() {
    return results.stream().map(this::toMap).toList();
  }

  private Map<String, Object> toMap(Result result) {
    Point point = result.point();
    StaticFigures figures = result.figures();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("batch", point.batch());
    map.put("prompt_tokens", point.lengths().prompt());
    map.put("completion_tokens", point.lengths().output());
    map.put("rounds", figures.outputThroughput().count());
    map.put("failures", figures.failures().stream().distinct().toList());
    map.put("output_throughput", figures.outputThroughput().toMap());
    put(map, "output", figures.outputThroughput(), staticLimit(point));
    map.put("decode_throughput", figures.decodeThroughput().toMap());
    map.put("full_batch_decode_throughput", figures.fullBatchThroughput().toMap());
    put(map, "decode", figures.decodeThroughput(), decodeLimit(point));
    map.put("ttft_ms", figures.ttft().toMap());
    map.put("itl_ms", figures.itl().gaps().toMap());
    map.put("tokens_per_arrival", figures.itl().perArrival());
    map.put("memory_bytes", result.memoryBytes());
    map.put("engine_steps", result.counts().steps());
    map.put("preemptions", result.counts().preemptions());
    map.put("peak_running", result.counts().peakRunning());
    map.put("peak_kv_blocks", result.counts().peakKvBlocks());
    return map;
  }

  private static void put(
      Map<String, Object> map, String name, Distribution values, OptionalDouble limit) {
    if (limit.isPresent() && values.count() > 0) {
      map.put(name + "_limit", limit.getAsDouble());
      map.put(name + "_share_of_limit", values.median() / limit.getAsDouble());
    }
  }

  /** A row of LMDeploy's CSV file for each batch. */
  public List<Map<String, Object>> csvRows() {
    return results.stream().map(StaticReport::csvRow).toList();
  }

  private static Map<String, Object> csvRow(Result result) {
    StaticFigures figures = result.figures();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("batch", result.point().batch());
    row.put("prompt_tokens", result.point().lengths().prompt());
    row.put("completion_tokens", result.point().lengths().output());
    row.put("throughput(out tok/s)", decimals(figures.outputThroughput().median()));
    row.put("decode(out tok/s)", decimals(figures.decodeThroughput().median()));
    row.put("mem(GB)", decimals(result.memoryBytes() * 1e-9));
    row.put("FTL(ave)(s)", decimals(figures.ttft().mean() / 1000));
    row.put("FTL(min)(s)", decimals(figures.ttft().min() / 1000));
    row.put("FTL(max)(s)", decimals(figures.ttft().max() / 1000));
    for (int percent : new int[] {50, 75, 95, 99}) {
      row.put(percent + "%(s)", decimals(figures.itl().gaps().percentile(percent) / 1000));
    }
    return row;
  }

  private static String decimals(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.5f", value);
  }

  /** The report as text. */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append(
        row(
            "batch",
            "prompt",
            "output",
            "tok/s",
            "decode",
            "full",
            "limit",
            "share",
            "first token ms min/ave/max",
            "per token ms p50/p75/p95/p99",
            "mem GB"));
    for (Result result : results) {
      out.append(row(result));
    }
    out.append(System.lineSeparator());
    for (String line :
        List.of(
            "tok/s: tokens of answers, prefill included. decode: from the moment when all"
                + " sequences",
            "have their first token until all are done. full: from then until the first is done.",
            "limit: of decode, by the ceilings. Rates are the median of the rounds.")) {
      out.append(line).append(System.lineSeparator());
    }
    CeilingLines.of(roofline).forEach(each -> out.append(each).append(System.lineSeparator()));
    results.stream()
        .flatMap(result -> result.figures().failures().stream())
        .distinct()
        .forEach(each -> out.append("FAILED: ").append(each).append(System.lineSeparator()));
    return out.toString();
  }

  private String row(Result result) {
    Point point = result.point();
    StaticFigures figures = result.figures();
    OptionalDouble limit = decodeLimit(point);
    Distribution decode = figures.decodeThroughput();
    boolean shares = limit.isPresent() && decode.count() > 0;
    return row(
        point.batch(),
        point.lengths().prompt(),
        point.lengths().output(),
        Numbers.text(figures.outputThroughput().median()),
        Numbers.text(decode.median()),
        Numbers.text(figures.fullBatchThroughput().median()),
        limit.isPresent() ? Numbers.text(limit.getAsDouble()) : "-",
        shares ? Numbers.percent(decode.median() / limit.getAsDouble()) : "-",
        join(figures.ttft().min(), figures.ttft().mean(), figures.ttft().max()),
        percentiles(figures.itl().gaps()),
        String.format(Locale.ROOT, "%.2f", result.memoryBytes() * 1e-9));
  }

  private static String percentiles(Distribution values) {
    return join(
        values.percentile(50), values.percentile(75), values.percentile(95), values.percentile(99));
  }

  private static String join(double... values) {
    List<String> texts = new ArrayList<>();
    for (double value : values) {
      texts.add(Numbers.text(value));
    }
    return String.join("/", texts);
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, ROW, cells);
  }
}

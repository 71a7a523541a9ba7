package org.lmdeploy.bench.plot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.lmdeploy.api.error.InvalidRequestException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes charts of JSON reports: a series for each file, a category for each point measured. */
public final class ReportChart {
  private static final String GENERATION = "generation";

  private ReportChart() {}

  private record Report(String benchmark, JsonNode results) {}

  private record Value(OptionalDouble value, OptionalDouble limit) {
    static final Value NONE = new Value(OptionalDouble.empty(), OptionalDouble.empty());
  }

  /**
   * The chart of some reports of one kind.
   *
   * @param names the names of the series, one for each file; empty for the files' own
   * @param metric a field of the results, with dots for what lies within: {@code ttft_ms.p99};
   *     empty for tokens in a second, decoding alone in reports of {@code generation}
   * @throws InvalidRequestException if a file is no report or lacks the field
   */
  public static Chart of(
      List<Path> files, List<String> names, Optional<String> metric, String title) {
    if (!names.isEmpty() && names.size() != files.size()) {
      throw new InvalidRequestException(
          "labels", names.size() + " labels cannot name " + files.size() + " files");
    }
    List<Report> reports = files.stream().map(ReportChart::read).toList();
    boolean generation = reports.getFirst().benchmark().equals(GENERATION);
    if (reports.stream().anyMatch(each -> each.benchmark().equals(GENERATION) != generation)) {
      throw new InvalidRequestException(
          "files", "reports of generation and of other benchmarks do not go into one plot");
    }
    String field = metric.orElse(generation ? "decode_throughput.p50" : "output_throughput");
    List<Map<String, Value>> values = new ArrayList<>();
    Set<String> categories = new LinkedHashSet<>();
    for (Report report : reports) {
      Map<String, Value> points = new LinkedHashMap<>();
      report
          .results()
          .forEach(point -> points.put(category(point, generation), value(point, field)));
      values.add(points);
      categories.addAll(points.keySet());
    }
    if (values.stream()
        .flatMap(each -> each.values().stream())
        .noneMatch(each -> each.value().isPresent())) {
      throw new InvalidRequestException("metric", "no report has a number '" + field + "'");
    }
    List<Chart.Series> series = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Map<String, Value> points = values.get(i);
      series.add(
          new Chart.Series(
              names.isEmpty() ? baseName(files.get(i)) : names.get(i),
              categories.stream().map(x -> points.getOrDefault(x, Value.NONE).value()).toList(),
              categories.stream().map(x -> points.getOrDefault(x, Value.NONE).limit()).toList()));
    }
    String xLabel = generation ? "batch (prompt + answer tokens)" : "requests under way or rate";
    return new Chart(title, xLabel, label(field), List.copyOf(categories), series);
  }

  private static Report read(Path file) {
    try {
      JsonNode root = new JsonMapper().readTree(Files.readAllBytes(file));
      if (root.path("benchmark").isString() && !root.path("results").isEmpty()) {
        return new Report(root.get("benchmark").asString(), root.get("results"));
      }
    } catch (IOException e) {
      throw new InvalidRequestException("files", file + " cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new InvalidRequestException(
          "files", file + " is no JSON file: " + e.getOriginalMessage(), e);
    }
    throw new InvalidRequestException("files", file + " is no report of lmdeploy benchmark");
  }

  private static String category(JsonNode point, boolean generation) {
    if (generation) {
      return "b%d (%d+%d)"
          .formatted(
              point.path("batch").asInt(),
              point.path("prompt_tokens").asInt(),
              point.path("completion_tokens").asInt());
    }
    String rate = point.path("request_rate").asString("inf");
    return rate.equals("inf") ? "c" + point.path("concurrency").asInt() : rate + " req/s";
  }

  private static Value value(JsonNode point, String field) {
    return new Value(number(point, field), limit(point, field));
  }

  private static OptionalDouble limit(JsonNode point, String field) {
    return switch (field) {
      case "decode_throughput.p50" -> number(point, "decode_limit");
      case "output_throughput.p50" -> number(point, "output_limit");
      case "output_throughput" -> number(point, "limit_output_throughput");
      case "request_throughput" -> number(point, "limit_request_throughput");
      default -> OptionalDouble.empty();
    };
  }

  private static OptionalDouble number(JsonNode point, String field) {
    JsonNode node = point;
    for (String name : field.split("\\.")) {
      node = node.path(name);
    }
    return node.isNumber() ? OptionalDouble.of(node.asDouble()) : OptionalDouble.empty();
  }

  private static String label(String field) {
    return switch (field) {
      case "decode_throughput.p50" -> "tokens in a second of decoding";
      case "output_throughput", "output_throughput.p50" -> "tokens of answers in a second";
      case "request_throughput" -> "requests in a second";
      default -> field.replace('_', ' ').replace('.', ' ');
    };
  }

  private static String baseName(Path file) {
    return file.getFileName().toString().replaceFirst("\\.json$", "");
  }
}

package org.lmdeploy.bench.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.error.InvalidRequestException;
import org.w3c.dom.Document;

class PlotTest {
  @TempDir private Path folder;
  private Path ours;
  private Path others;

  @BeforeEach
  void reports() throws IOException {
    ours =
        file(
            "ours.json",
            """
            {"benchmark": "generation", "results": [
              {"batch": 1, "prompt_tokens": 384, "completion_tokens": 257,
               "decode_throughput": {"p50": 150.0}, "decode_limit": 200.0},
              {"batch": 16, "prompt_tokens": 384, "completion_tokens": 257,
               "decode_throughput": {"p50": 2000.0}, "decode_limit": 3000.0}]}
            """);
    others =
        file(
            "others.json",
            """
            {"benchmark": "generation", "results": [
              {"batch": 16, "prompt_tokens": 384, "completion_tokens": 257,
               "decode_throughput": {"p50": 1800.0}}]}
            """);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Chart chart() {
    return ReportChart.of(List.of(ours, others), List.of(), Optional.empty(), "a < b & c");
  }

  @Test
  void reportsAreSeriesOverTheirPoints() {
    Chart chart = chart();
    assertEquals(List.of("b1 (384+257)", "b16 (384+257)"), chart.categories());
    assertEquals(
        List.of("ours", "others"), chart.series().stream().map(Chart.Series::name).toList());
    assertEquals(
        List.of(OptionalDouble.of(200), OptionalDouble.of(3000)), chart.series().get(0).limits());
    assertEquals(
        List.of(OptionalDouble.empty(), OptionalDouble.of(1800)), chart.series().get(1).values());
  }

  @Test
  void plotsAreWellFormedAndHaveEveryValue() throws Exception {
    Document bars = parse(SvgChart.bars(chart()));
    // three bars and two squares of the legend
    assertEquals(5, bars.getElementsByTagName("rect").getLength());
    Document lines = parse(SvgChart.lines(chart()));
    assertEquals(3, lines.getElementsByTagName("circle").getLength());
  }

  private static Document parse(String svg) throws Exception {
    assertTrue(svg.contains("prefers-color-scheme: dark"), svg);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatIsNoReportOrLacksTheFieldIsRefused() throws IOException {
    refused(List.of(file("none.json", "{}")), Optional.empty());
    refused(List.of(file("text.json", "no")), Optional.empty());
    refused(List.of(folder.resolve("missing.json")), Optional.empty());
    refused(List.of(ours), Optional.of("ttft_ms.p42"));
    Path serving =
        file("serving.json", "{\"benchmark\": \"throughput\", \"results\": [{\"x\": 1}]}");
    refused(List.of(ours, serving), Optional.empty());
  }

  private static void refused(List<Path> files, Optional<String> metric) {
    assertThrows(
        InvalidRequestException.class, () -> ReportChart.of(files, List.of(), metric, "title"));
  }
}

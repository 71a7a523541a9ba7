package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Benchmarks of the demo model, and plots of their reports. */
class BenchmarkIT {
  @TempDir private static Path folder;
  private static Distribution dist;

  @BeforeAll
  static void distribution() throws IOException {
    dist = Distribution.shared();
  }

  @Test
  void throughputTellsRatesLatenciesAndTheShareOfTheLimit() throws Exception {
    Path json = folder.resolve("throughput.json");
    Path csv = folder.resolve("throughput.csv");
    String[] command = {
      "benchmark",
      "throughput",
      "-c",
      "4",
      "-n",
      "12",
      "--dataset-name",
      "random",
      "--random-input-len",
      "32",
      "--random-output-len",
      "8",
      "--goodput",
      "ttft:100000",
      "--output-file",
      json.toString(),
      "--csv",
      csv.toString()
    };
    Result result = dist.run(command);
    assertEquals(0, result.exitCode(), result::err);
    for (String line :
        new String[] {
          "Request throughput (req/s)", "Time to first token (ms)", "Inter-token latency (ms)",
          "Goodput (req/s)", "ceilings: ", "Share of the limit"
        }) {
      assertTrue(result.out().contains(line), result::out);
    }
    JsonNode report = JsonMapper.builder().build().readTree(Files.readString(json));
    assertEquals("lmdeploy " + String.join(" ", command), report.get("command").asString());
    JsonNode point = report.get("results").get(0);
    assertEquals(12, point.get("completed").asInt());
    assertEquals(
        point.get("total_output_tokens").asInt(),
        point.get("engine").get("generated_tokens").asInt());
    assertTrue(point.get("share_of_limit").asDouble() > 0, point::toString);
    assertEquals(2, Files.readAllLines(csv).size());
  }

  @Test
  void generationIsMeasuredAndDrawn() throws Exception {
    Path json = folder.resolve("generation.json");
    Result result =
        dist.run(
            "benchmark",
            "generation",
            "-c",
            "1",
            "2",
            "-pt",
            "8",
            "-ct",
            "6",
            "-tr",
            "1",
            "-w",
            "0",
            "--json",
            json.toString());
    assertEquals(0, result.exitCode(), result::err);
    assertTrue(result.out().contains("decode"), result::out);
    Path svg = folder.resolve("generation.svg");
    Result plot = dist.run("benchmark", "plot", json.toString(), "--out", svg.toString());
    assertEquals(0, plot.exitCode(), plot::err);
    assertTrue(Files.readString(svg).contains("b2 (8+6)"));
  }
}

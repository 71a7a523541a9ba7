package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.server.http.AccessOptions;

class MetricsTest {
  private static final String LABELS = "{engine=\"0\",model_name=\"fake\"}";

  private final TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  /** The samples by name and labels, from Prometheus' text format. */
  private static Map<String, Double> samples(String text) {
    Map<String, Double> samples = new HashMap<>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              samples.put(sorted(line.substring(0, space)), value(line.substring(space + 1)));
            });
    return samples;
  }

  private static double value(String text) {
    return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  /** With labels in the order of their names. */
  private static String sorted(String sample) {
    int brace = sample.indexOf('{');
    if (brace < 0) {
      return sample;
    }
    String[] labels = sample.substring(brace + 1, sample.length() - 1).split(",");
    Arrays.sort(labels);
    return sample.substring(0, brace) + "{" + String.join(",", labels) + "}";
  }

  private Map<String, Double> scrape() throws Exception {
    TestServer.Reply reply = server.get("/metrics");
    assertEquals(200, reply.status(), reply.text());
    assertTrue(reply.header("Content-Type").startsWith("text/plain; version=0.0.4"));
    return samples(reply.text());
  }

  private void expect(Map<String, Double> samples, String name, double value) {
    assertEquals(value, samples.get("lmdeploy:" + name + LABELS), name + " in " + samples);
  }

  @Test
  void requestsAreCountedByTheirEnds() throws Exception {
    server.chat("\"n\":2");
    server.chat("\"stream\":true");
    server.model.script((prompt, config) -> new FakeStream().text("x").finish(FinishReason.LENGTH));
    server.complete("\"prompt\":\"a\"");
    server.model.script(
        (prompt, config) -> new FakeStream().text("x").fail(new DeviceFailureException("broken")));
    assertEquals(500, server.chat("").status());
    Map<String, Double> samples = scrape();
    expect(samples, "num_requests_succeeded", 4);
    expect(samples, "num_requests_failed", 1);
    expect(samples, "num_api_requests_routed", 0);
    expect(samples, "num_api_requests_waiting", 0);
    String success = "lmdeploy:request_success_total{engine=\"0\",finished_reason=\"";
    assertEquals(3, samples.get(success + "stop\",model_name=\"fake\"}"));
    assertEquals(1, samples.get(success + "length\",model_name=\"fake\"}"));
    expect(samples, "request_prompt_tokens_count", 5);
    expect(samples, "request_prompt_tokens_sum", 5 * FakeStream.PROMPT_TOKENS);
    expect(samples, "request_cached_tokens_sum", 5 * FakeStream.CACHED_TOKENS);
    expect(samples, "request_generation_tokens_sum", 3 * 2 + 1 + 1);
    expect(samples, "e2e_request_latency_seconds_count", 4);
    expect(samples, "time_to_first_token_seconds_count", 5);
    expect(samples, "time_per_output_token_seconds_count", 3);
    expect(samples, "iter_token_latency_count", 3);
    expect(samples, "request_cache_hit_ratio_count", 5);
    expect(samples, "request_queue_time_seconds_count", 4);
    expect(samples, "request_decode_time_seconds_count", 4);
  }

  @Test
  void bucketsAreLmDeploysAndCumulative() throws Exception {
    server.chat("");
    Map<String, Double> samples = scrape();
    String bucket = "lmdeploy:request_prompt_tokens_bucket{engine=\"0\",le=\"";
    assertEquals(0, samples.get(bucket + "5.0\",model_name=\"fake\"}"));
    assertEquals(1, samples.get(bucket + "10.0\",model_name=\"fake\"}"));
    assertEquals(1, samples.get(bucket + "2000.0\",model_name=\"fake\"}"));
    assertEquals(1, samples.get(bucket + "+Inf\",model_name=\"fake\"}"));
    assertFalse(samples.containsKey(bucket + "5000.0\",model_name=\"fake\"}"));
    for (String bound : List.of("0.3", "7680.0")) {
      assertTrue(
          samples.containsKey(
              "lmdeploy:e2e_request_latency_seconds_bucket{engine=\"0\",le=\""
                  + bound
                  + "\",model_name=\"fake\"}"));
    }
  }

  @Test
  void runningAndPreparedRequestsAreSeen() throws Exception {
    server.model.script((prompt, config) -> new FakeStream().text("a"));
    server.model.setStats(
        new EngineStats(
            3,
            2,
            100,
            25,
            10,
            0,
            300,
            100,
            77,
            0,
            0,
            0,
            0,
            9,
            List.of(4L, 3L, 2L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L)));
    try (var socket =
        server.rawPost(TestServer.CHAT, TestServer.chatBody("x", "\"stream\":true"))) {
      socket.getInputStream().read();
      while (server.model.calls.isEmpty()) {
        Thread.sleep(5);
      }
      Map<String, Double> samples = scrape();
      expect(samples, "num_api_requests_routed", 1);
      expect(samples, "num_requests_running", 3);
      expect(samples, "num_requests_waiting", 2);
      expect(samples, "gpu_cache_usage_perc", 0.25);
      expect(samples, "prefix_cache_hit_rate", 0.25);
      expect(samples, "prompt_tokens_total", 400);
      expect(samples, "cached_tokens_total", 100);
      expect(samples, "generation_tokens_total", 77);
      expect(samples, "iteration_tokens_total_count", 9);
      expect(samples, "iteration_tokens_total_sum", 377);
    }
    while (server.server.activeRequests() > 0) {
      Thread.sleep(5);
    }
    Map<String, Double> samples = scrape();
    expect(samples, "num_api_requests_routed", 0);
    expect(samples, "num_requests_failed", 1);
  }

  @Test
  void modelsComeAndGo() throws Exception {
    server.with(new FakeModel("other"));
    server.chat("\"model\":\"other\"");
    assertTrue(server.get("/metrics").text().contains("model_name=\"other\""));
    server.manager.models.removeLast();
    assertFalse(server.get("/metrics").text().contains("other"));
    server.with(new FakeModel("other"));
    assertEquals(
        0,
        scrape().get("lmdeploy:num_requests_succeeded{engine=\"0\",model_name=\"other\"}"),
        "a model that is loaded anew is counted anew");
    server.manager.models.clear();
    assertEquals(200, server.get("/metrics").status());
  }

  @Test
  void openMetricsWhereItIsAskedFor() throws Exception {
    TestServer.Reply reply =
        server.send(
            server
                .request("/metrics")
                .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
                .GET());
    assertTrue(reply.header("Content-Type").startsWith("application/openmetrics-text"));
    assertTrue(reply.text().endsWith("# EOF\n"));
    assertTrue(reply.text().contains("lmdeploy:backend_config_info{"));
    assertTrue(reply.text().contains("session_len=\"2048\""));
  }

  @Test
  void metricsNeedAKeyAndTheDescriptionNone() throws Exception {
    try (TestServer locked =
        new TestServer(
            TestServer.OPTIONS.withAccess(new AccessOptions(List.of("k"), Optional.empty())))) {
      assertEquals(401, locked.get("/metrics").status());
      for (String path : List.of("/health", "/docs", "/docs/docs.js", "/openapi.json", "/")) {
        assertEquals(200, locked.get(path).status(), path);
      }
    }
  }
}

package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server that is told to end answers what it has begun. */
class DrainIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String CHAT = "/v1/chat/completions";

  @TempDir private static Path folder;
  private static Distribution dist;

  @BeforeAll
  static void distribution() throws IOException {
    dist = Distribution.shared();
  }

  private static String question(int tokens) {
    return "{\"messages\":\"One\",\"stream\":true,\"ignore_eos\":true,\"max_tokens\":"
        + tokens
        + "}";
  }

  private static Iterator<String> events(Stream<String> lines) {
    return lines.filter(line -> line.startsWith("data: ")).iterator();
  }

  @Test
  void aStreamThatRunsIsFinishedAndNewRequestsAreRefused() throws Exception {
    Path log = folder.resolve("drain.log");
    try (ServerProcess server =
        ServerProcess.start(dist, log, "--drain-timeout", "60", "--log-format", "json")) {
      int tokens = 600;
      HttpResponse<Stream<String>> running =
          server.post(CHAT, question(tokens), HttpResponse.BodyHandlers.ofLines());
      Iterator<String> events = events(running.body());
      events.next();
      server.terminate();
      HttpResponse<String> health = server.get("/health");
      while (health.statusCode() == 200) {
        Thread.sleep(10);
        health = server.get("/health");
      }
      assertEquals("draining", JSON.readTree(health.body()).get("status").asString());
      HttpResponse<String> refused =
          server.post(CHAT, question(1), HttpResponse.BodyHandlers.ofString());
      assertEquals(503, refused.statusCode(), refused::body);
      assertEquals("1", refused.headers().firstValue("Retry-After").orElse(""));
      String finish = "";
      String last = "";
      while (events.hasNext()) {
        finish = last;
        last = events.next();
      }
      assertEquals("data: [DONE]", last);
      assertTrue(finish.contains("\"finish_reason\":\"length\""), finish);
      assertEquals(0, server.await());
      assertThrows(IOException.class, () -> server.get("/health"));
      JsonNode line = outcome(server.log());
      assertEquals(tokens, line.get("generated_tokens").asInt(), line::toString);
      assertEquals(200, line.get("status").asInt());
      assertEquals("tiny-internvl2", line.get("model").asString());
      String id = running.headers().firstValue("X-Request-Id").orElseThrow();
      assertEquals(id, line.get("request_id").asString());
    }
  }

  /** The line about the answered request; every line of the log is one object. */
  private static JsonNode outcome(List<String> log) {
    return log.stream()
        .filter(line -> line.startsWith("{"))
        .map(JSON::readTree)
        .filter(line -> line.path("generated_tokens").asInt(0) > 1)
        .findFirst()
        .orElseThrow(() -> new AssertionError(String.join("\n", log)));
  }

  @Test
  void whatTakesTooLongIsEndedWithAReason() throws Exception {
    Path log = folder.resolve("late.log");
    try (ServerProcess server = ServerProcess.start(dist, log, "--drain-timeout", "0")) {
      HttpResponse<Stream<String>> running =
          server.post(CHAT, question(2000), HttpResponse.BodyHandlers.ofLines());
      Iterator<String> events = events(running.body());
      events.next();
      server.terminate();
      String last = "";
      while (events.hasNext()) {
        last = events.next();
      }
      assertTrue(last.contains("\"code\":\"engine_unavailable\""), last);
      assertFalse(last.contains("[DONE]"));
      assertEquals(0, server.await());
    }
  }
}

package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.server.http.ReportOptions;
import org.lmdeploy.server.http.observe.ObservedModels;
import org.lmdeploy.server.http.observe.PromptLog;
import org.lmdeploy.server.http.observe.ThroughputLog;
import org.slf4j.MDC;

/** What the server writes into its log. */
class LogTest {
  private static final Logger LOGGER = Logger.getLogger("org.lmdeploy.server.http");

  /** Lines with the request's id that the thread's context had. */
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private final List<String> ids = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          ids.add(String.valueOf(MDC.get("request_id"))); // first: a line that is seen has its id
          lines.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    LOGGER.setLevel(Level.INFO);
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void stop() {
    LOGGER.removeHandler(handler);
    LOGGER.setLevel(null);
  }

  private List<String> linesWith(String text) {
    return lines.stream().filter(line -> line.contains(text)).toList();
  }

  /** Lines about a request, of which one is written when its answer was sent. */
  private List<String> outcome(String id) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (linesWith(id).isEmpty()) {
      assertTrue(System.nanoTime() < end, lines::toString);
      Thread.sleep(5);
    }
    return linesWith("request " + id);
  }

  private static TestServer logging(OptionalInt maxLogLen) {
    return new TestServer(TestServer.OPTIONS.withReport(new ReportOptions(true, true, maxLogLen)));
  }

  @Test
  void aRequestIsOneLineAndItsContextHasItsId() throws Exception {
    try (TestServer server = new TestServer()) {
      String id = server.chat("\"n\":2").header("X-Request-Id");
      List<String> outcome = outcome(id);
      assertEquals(1, outcome.size(), lines::toString);
      String line = outcome.getFirst();
      assertTrue(
          line.matches(
              "request \\S+ path=/v1/chat/completions status=200 model=fake prompt_tokens=7"
                  + " cached_tokens=3 generated_tokens=4 first_token_ms=\\d+ ms=\\d+"),
          line);
      assertEquals(id, ids.get(lines.indexOf(line)));
      String refused = server.chat("\"n\":0").header("X-Request-Id");
      assertTrue(outcome(refused).getFirst().contains("status=400"), lines::toString);
    }
  }

  @Test
  void promptsAreTheirSendersOwnMatter() throws Exception {
    try (TestServer server = logging(OptionalInt.empty())) {
      server.chat("");
      server.complete("\"prompt\":\"secret\"");
      assertEquals(List.of(), linesWith("prompt:"));
      assertEquals(List.of(), linesWith("messages:"));
      LOGGER.setLevel(Level.FINE);
      server.complete("\"prompt\":\"secret\"");
      assertTrue(linesWith("prompt: secret").size() == 1, lines::toString);
    }
  }

  @Test
  void promptsAreCutAndStayOneLine() throws Exception {
    try (TestServer server = logging(OptionalInt.of(8))) {
      server.complete("\"prompt\":\"one\\nrequest two\"");
      assertTrue(linesWith("prompt: one\\nrequ").getFirst().endsWith("requ"), lines::toString);
      server.complete("\"prompt\":[65,66,67,68,69,70,71,72,73,74]");
      assertTrue(linesWith("prompt ids: [65").getFirst().endsWith(", 72]"), lines::toString);
      server.chat("");
      assertEquals(1, linesWith("messages: user: hi").size(), lines::toString);
    }
  }

  @Test
  void throughputIsToldWhileThereIsWork() {
    FakeManager manager = new FakeManager();
    FakeModel model = new FakeModel("fake");
    manager.models.add(model);
    ThroughputLog log =
        new ThroughputLog(new ObservedModels(manager, new PromptLog(OptionalInt.empty())));
    log.run();
    assertEquals(List.of(), lines);
    model.setStats(stats(3, 300, 77));
    log.run();
    assertEquals(1, lines.size());
    assertTrue(
        lines
            .getFirst()
            .matches(
                "fake: prompt throughput [\\d.]+ tokens/s, generation throughput [\\d.]+ tokens/s,"
                    + " running 3, waiting 2, KV cache usage 25.0%, prefix cache hit rate 25.0%"),
        lines::toString);
    model.setStats(stats(0, 300, 78));
    log.run();
    assertEquals(2, lines.size(), "a token was generated since");
    log.run();
    assertEquals(2, lines.size(), lines::toString);
  }

  private static EngineStats stats(int running, long prompt, long generated) {
    int waiting = running == 0 ? 0 : 2;
    return new EngineStats(
        running, waiting, 100, 25, 0, 0, prompt, 100, generated, 0, 0, 0, 0, 9, List.of());
  }
}

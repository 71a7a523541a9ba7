package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.InvalidRequestException;

class StopTest {
  private static CompletableFuture<TestServer.Reply> ask(TestServer server, String fields) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return server.chat(fields);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        Executors.newVirtualThreadPerTaskExecutor());
  }

  private static void awaitActive(TestServer server, int count) throws InterruptedException {
    while (server.server.activeRequests() < count) {
      Thread.sleep(5);
    }
  }

  @Test
  void runningRequestsMayFinish() throws Exception {
    try (TestServer server =
        new TestServer(
            TestServer.OPTIONS.withTimes(Duration.ofSeconds(10), Duration.ofSeconds(10)))) {
      server.model.script((prompt, config) -> new FakeStream().text("a"));
      CompletableFuture<TestServer.Reply> running = ask(server, "\"n\":1");
      awaitActive(server, 1);
      Thread stopper = Thread.ofVirtual().start(server.server::stop);
      while (!server.get("/health").text().contains("draining")) {
        Thread.sleep(5);
      }
      TestServer.Reply refused = server.chat("\"n\":1");
      assertEquals(503, refused.status());
      assertEquals("1", refused.header("Retry-After"));
      while (server.model.calls.isEmpty()) {
        Thread.sleep(5);
      }
      server.model.lastCall().stream().finish(FinishReason.STOP);
      assertEquals(200, running.get().status());
      stopper.join();
      assertThrows(ConnectException.class, () -> server.get("/health"));
    }
  }

  @Test
  void afterTheGraceTimeTheyAreCancelledWithAReason() throws Exception {
    try (TestServer server = new TestServer()) {
      server.model.script((prompt, config) -> new FakeStream().text("a"));
      CompletableFuture<TestServer.Reply> whole = ask(server, "\"n\":2");
      CompletableFuture<TestServer.Reply> streamed = ask(server, "\"stream\":true");
      while (server.model.calls.size() < 3) {
        Thread.sleep(5);
      }
      server.server.stop();
      assertEquals(503, whole.get().status());
      assertTrue(whole.get().text().contains("stopped before the answer"), whole.get().text());
      assertTrue(streamed.get().text().contains("\"code\":\"engine_unavailable\""));
      assertFalse(streamed.get().text().contains("[DONE]"));
      assertEquals(0, server.server.activeRequests());
      server.model.calls.forEach(call -> assertEquals(0, call.stream().cancelled.getCount()));
    }
  }

  @Test
  void leavesNoThread() throws Exception {
    try (TestServer server = new TestServer()) {
      server.chat("\"n\":4,\"stream\":true");
    }
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (ours() > 0) {
      assertTrue(System.nanoTime() < end, () -> Thread.getAllStackTraces().keySet().toString());
      Thread.sleep(20);
    }
  }

  private static long ours() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("http-"))
        .count();
  }

  @Test
  void aPortInUseIsNamed() {
    try (TestServer server = new TestServer()) {
      int port = server.server.port();
      InvalidRequestException e =
          assertThrows(
              InvalidRequestException.class,
              () -> new TestServer(TestServer.OPTIONS.withAddress("127.0.0.1", port)));
      assertTrue(e.getMessage().contains("127.0.0.1:" + port), e.getMessage());
    }
  }
}

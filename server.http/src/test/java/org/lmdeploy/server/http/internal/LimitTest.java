package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.server.http.LimitOptions;

class LimitTest {
  private static TestServer limited(LimitOptions limits) {
    return new TestServer(TestServer.OPTIONS.withLimits(limits));
  }

  @Test
  void moreThanTheLimitAreToldToComeAgain() throws Exception {
    try (TestServer server = limited(LimitOptions.DEFAULT.withMaxConcurrentRequests(1));
        Socket busy = new Socket("127.0.0.1", server.server.port())) {
      server.model.script((prompt, config) -> new FakeStream());
      TestServer.writePost(busy, TestServer.CHAT, TestServer.chatBody("x", "\"stream\":true"));
      busy.getInputStream().read(); // the answer has begun
      TestServer.Reply refused = server.chat("");
      assertEquals(429, refused.status());
      assertEquals("1", refused.header("Retry-After"));
      assertEquals("overloaded", refused.json().get("error").get("code").stringValue());
      assertEquals("rate_limit_error", refused.json().get("error").get("type").stringValue());
      assertEquals(200, server.get("/health").status(), "health is always answered");
      server.model.lastCall().stream().finish(FinishReason.STOP);
      busy.getInputStream().readNBytes(1);
      while (server.server.activeRequests() > 0) {
        Thread.sleep(5);
      }
      server.model.script((prompt, config) -> new FakeStream().finish(FinishReason.STOP));
      assertEquals(200, server.chat("").status());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAnswerThatTakesTooLongIsEnded(boolean stream) throws Exception {
    try (TestServer server =
        limited(LimitOptions.DEFAULT.withRequestTimeout(Duration.ofMillis(100)))) {
      server.model.script((prompt, config) -> new FakeStream().text("begun"));
      TestServer.Reply reply = server.chat("\"n\":2,\"stream\":" + stream);
      assertEquals(stream ? 200 : 504, reply.status());
      assertTrue(reply.text().contains("\"code\":\"request_timeout\""), reply.text());
      assertTrue(reply.text().contains("within 100 ms"), reply.text());
      for (FakeModel.Call call : server.model.calls) {
        assertTrue(call.stream().cancelled.await(5, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void anAnswerInTimeIsNotDisturbed() throws Exception {
    try (TestServer server =
        limited(LimitOptions.DEFAULT.withRequestTimeout(Duration.ofSeconds(30)))) {
      assertEquals(200, server.chat("").status());
    }
  }

  @Test
  void limitsBelowOneAreRefused() {
    LimitOptions limits = LimitOptions.DEFAULT;
    assertThrows(InvalidRequestException.class, () -> limits.withMaxBodyBytes(0));
    assertThrows(InvalidRequestException.class, () -> limits.withMaxConcurrentRequests(0));
    assertThrows(InvalidRequestException.class, () -> limits.withRequestTimeout(Duration.ZERO));
  }

  @Test
  void everyResponseCarriesAnId() throws Exception {
    try (TestServer server = new TestServer()) {
      String first = server.chat("").header("X-Request-Id");
      assertTrue(first.matches("req_[0-9a-f]{32}"), first);
      assertNotEquals(first, server.chat("").header("X-Request-Id"));
      assertTrue(server.chat("\"stream\":true").header("X-Request-Id").startsWith("req_"));
      assertTrue(server.chat("\"n\":0").header("X-Request-Id").startsWith("req_"));
      assertTrue(server.get("/nothing").header("X-Request-Id").startsWith("req_"));
    }
  }

  @Test
  void theClientsIdIsKeptWhereItFitsInALogLine() throws Exception {
    try (TestServer server = new TestServer()) {
      for (String id : new String[] {"a-b.c:7", "x".repeat(128)}) {
        assertEquals(id, idFor(server, id));
      }
      for (String id : new String[] {"two words", "x".repeat(129), "a\"b", "%0a"}) {
        assertTrue(idFor(server, id).startsWith("req_"), id);
      }
    }
  }

  private static String idFor(TestServer server, String given) throws Exception {
    return server
        .send(server.request("/health").header("X-Request-Id", given).GET())
        .header("X-Request-Id");
  }
}

package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.server.http.AccessOptions;
import org.lmdeploy.server.http.LimitOptions;
import org.lmdeploy.server.http.Permissions;

class AbortTest {
  private static final String ABORT = "/abort_request";

  /** Full with two questions, so that aborting is seen to need no place. */
  private final TestServer server =
      new TestServer(
          TestServer.OPTIONS
              .withAccess(
                  new AccessOptions(
                      List.of(), Optional.empty(), new Permissions(true, false, false, false)))
              .withLimits(LimitOptions.DEFAULT.withMaxConcurrentRequests(2)));

  @AfterEach
  void stop() {
    server.close();
  }

  private CompletableFuture<HttpResponse<String>> ask(String id, int session) {
    HttpRequest request =
        server
            .request(TestServer.CHAT)
            .header("Content-Type", "application/json")
            .header("X-Request-Id", id)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    TestServer.chatBody("hi", "\"session_id\":" + session)))
            .build();
    return server.client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"session_id\":7", "\"request_id\":\"one\""})
  void endsTheQuestionThatIsNamed(String which) throws Exception {
    server.model.script((prompt, config) -> new FakeStream());
    CompletableFuture<HttpResponse<String>> one = ask("one", 7);
    CompletableFuture<HttpResponse<String>> two = ask("two", 8);
    while (server.model.calls.size() < 2) {
      Thread.sleep(5);
    }
    assertEquals("{\"aborted\":0}", server.post(ABORT, "{\"session_id\":9}").text());
    String body = "{" + which + ",\"abort_message\":\"enough\"}";
    assertEquals("{\"aborted\":1}", server.post(ABORT, body).text());
    assertEquals(499, one.join().statusCode());
    assertTrue(one.join().body().contains("\"message\":\"enough\""), one.join().body());
    assertTrue(one.join().body().contains("\"code\":\"request_cancelled\""), one.join().body());
    while (server.server.activeRequests() > 1) {
      Thread.sleep(5); // the exchange is closed after its answer was sent
    }
    assertEquals(
        "{\"aborted\":1}", server.post(ABORT, "{\"abort_all\":true,\"session_id\":-1}").text());
    assertEquals(499, two.join().statusCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"session_id\":-1}",
        "{\"abort_all\":true,\"session_id\":1}",
        "{\"abort_all\":true,\"x\":1}"
      })
  void wrongBodiesAreRefused(String body) throws Exception {
    assertEquals(400, server.post(ABORT, body).status());
  }

  @Test
  void isOffUnlessEnabled() throws Exception {
    try (TestServer usual = new TestServer()) {
      TestServer.Reply reply = usual.post(ABORT, "{\"abort_all\":true}");
      assertEquals(501, reply.status());
      assertTrue(reply.text().contains("--enable-abort-handling"), reply.text());
    }
  }
}

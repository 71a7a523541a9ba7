package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.runtime.ChatRequest;

class LoadTest {
  private static final int CLIENTS = 64;

  private final TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private CompletableFuture<HttpResponse<String>> ask(int client) {
    HttpRequest request =
        server
            .request(TestServer.CHAT)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    TestServer.chatBody("client" + client, "\"stream\":true")))
            .build();
    return server.client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void streamsAreNotMixedUp() {
    int tokens = 50;
    server.model.script(
        (prompt, config) -> {
          FakeStream stream = new FakeStream();
          for (int i = 0; i < tokens; i++) {
            stream.text(prompt + "." + i + " ");
          }
          return stream.finish(FinishReason.STOP);
        });
    List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      replies.add(ask(i));
    }
    for (int i = 0; i < CLIENTS; i++) {
      StringBuilder expected = new StringBuilder();
      for (int t = 0; t < tokens; t++) {
        expected.append("client").append(i).append('.').append(t).append(' ');
      }
      String got =
          replies
              .get(i)
              .join()
              .body()
              .lines()
              .filter(line -> line.contains("\"delta\":{\"content\":\""))
              .map(line -> line.replaceAll(".*\"delta\":\\{\"content\":\"(.*?)\"\\}.*", "$1"))
              .collect(Collectors.joining());
      assertEquals(expected.toString(), got);
    }
  }

  @Test
  void healthAnswersWhileAllAreBusy() throws Exception {
    server.model.script((prompt, config) -> new FakeStream());
    for (int i = 0; i < CLIENTS * 4; i++) {
      var _ = ask(i); // never answered: the clients are cut off at the end
    }
    while (server.server.activeRequests() < CLIENTS * 4) {
      Thread.sleep(5);
    }
    server.get("/health");
    long start = System.nanoTime();
    assertEquals(200, server.get("/health").status());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.toMillis() < 1000, took.toString());
  }

  @Test
  void aThousandStreamsAreOpenAtOnceAndEachGetsItsOwn() throws Exception {
    int streams = 1000;
    server.model.script((prompt, config) -> new FakeStream().text(prompt + " begins,"));
    List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      replies.add(ask(i));
    }
    while (server.model.calls.size() < streams) {
      Thread.sleep(5);
    }
    assertEquals(streams, server.server.activeRequests());
    assertEquals(200, server.get("/health").status());
    for (FakeModel.Call call : server.model.calls) {
      String prompt = ((ChatRequest) call.prompt()).messages().getLast().text();
      call.stream().text(prompt + " ends").finish(FinishReason.STOP);
    }
    for (int i = 0; i < streams; i++) {
      String body = replies.get(i).get(60, TimeUnit.SECONDS).body();
      assertTrue(body.contains("\"client" + i + " begins,\""), body);
      assertTrue(body.contains("\"client" + i + " ends\""), body);
      assertTrue(body.endsWith("data: [DONE]\n\n"), body);
    }
    while (server.server.activeRequests() > 0) {
      Thread.sleep(5);
    }
  }
}

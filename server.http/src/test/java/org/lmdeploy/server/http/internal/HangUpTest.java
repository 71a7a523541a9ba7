package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.engine.FinishReason;

/** A client that goes away frees what it asked for, also while nothing is written to it. */
class HangUpTest {
  private final TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "it did not happen within 10 s");
      Thread.sleep(5);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void duringPrefill(boolean stream) throws Exception {
    server.model.script((prompt, config) -> new FakeStream());
    Socket socket =
        server.rawPost(TestServer.CHAT, TestServer.chatBody("x", "\"n\":2,\"stream\":" + stream));
    await(() -> server.model.calls.size() == 2);
    assertEquals(1, server.server.activeRequests());
    Thread.sleep(50);
    socket.close();
    for (FakeModel.Call call : server.model.calls) {
      assertTrue(call.stream().cancelled.await(1, TimeUnit.SECONDS));
    }
    await(() -> server.server.activeRequests() == 0);
  }

  @Test
  void byAReset() throws Exception {
    server.model.script((prompt, config) -> new FakeStream());
    Socket socket = server.rawPost(TestServer.COMPLETIONS, "{\"prompt\":\"x\"}");
    await(() -> server.model.calls.size() == 1);
    socket.setSoLinger(true, 0);
    socket.close();
    assertTrue(server.model.lastCall().stream().cancelled.await(1, TimeUnit.SECONDS));
  }

  @Test
  void halfOfManyInTheMiddle() throws Exception {
    server.model.script((prompt, config) -> new FakeStream().text("first"));
    List<Socket> sockets = new ArrayList<>();
    int clients = 100;
    for (int i = 0; i < clients; i++) {
      sockets.add(server.rawPost(TestServer.CHAT, TestServer.chatBody("c" + i, "\"stream\":true")));
    }
    await(() -> server.model.calls.size() == clients);
    for (int i = 0; i < clients; i += 2) {
      sockets.get(i).close();
    }
    await(() -> server.server.activeRequests() == clients / 2);
    long cancelled =
        server.model.calls.stream().filter(call -> call.stream().cancelled.getCount() == 0).count();
    assertEquals(clients / 2, cancelled);
    server.model.calls.forEach(call -> call.stream().finish(FinishReason.STOP));
    for (int i = 1; i < clients; i += 2) {
      assertTrue(readToEnd(sockets.get(i)).contains("[DONE]"));
    }
    await(() -> server.server.activeRequests() == 0);
  }

  /** Requests that a client sends before it has the answer to its first are answered in turn. */
  @Test
  void pipelinedRequestsAreNoHangUp() throws Exception {
    server.model.script(
        (prompt, config) ->
            prompt.equals("slow")
                ? new FakeStream().text("one")
                : new FakeStream().text(prompt).finish(FinishReason.STOP));
    Socket socket = server.rawPost(TestServer.COMPLETIONS, "{\"prompt\":\"slow\"}");
    await(() -> server.model.calls.size() == 1);
    TestServer.writePost(socket, TestServer.COMPLETIONS, "{\"prompt\":\"two\"}");
    TestServer.writePost(socket, TestServer.COMPLETIONS, "{\"prompt\":\"three\"}");
    Thread.sleep(50);
    assertEquals(1, server.model.calls.size());
    server.model.lastCall().stream().finish(FinishReason.STOP);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder seen = new StringBuilder();
    while (seen.indexOf("three") < 0) {
      seen.append((char) in.read());
    }
    assertTrue(seen.indexOf("one") < seen.indexOf("two"), seen.toString());
    socket.close();
  }

  @Test
  void aConnectionServesManyRequests() throws Exception {
    for (int i = 0; i < 50; i++) {
      assertEquals(200, server.chat("\"stream\":" + (i % 2 == 0)).status());
    }
    await(() -> server.server.activeRequests() == 0);
  }

  @Test
  void silentStreamsGetComments() throws Exception {
    try (TestServer quick =
        new TestServer(
            TestServer.OPTIONS.withTimes(Duration.ofMillis(50), Duration.ofMillis(100)))) {
      quick.model.script((prompt, config) -> new FakeStream());
      Socket socket = quick.rawPost(TestServer.CHAT, TestServer.chatBody("x", "\"stream\":true"));
      await(() -> quick.model.calls.size() == 1);
      Thread.sleep(400);
      quick.model.lastCall().stream().text("late").finish(FinishReason.STOP);
      String all = readToEnd(socket);
      assertTrue(all.indexOf(": ping\n\n") < all.indexOf("late"), all);
    }
  }

  private static String readToEnd(Socket socket) throws Exception {
    StringBuilder all = new StringBuilder();
    try (socket;
        InputStreamReader in =
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)) {
      while (all.indexOf("[DONE]\n\n") < 0) {
        int c = in.read();
        if (c < 0) {
          break;
        }
        all.append((char) c);
      }
    }
    return all.toString();
  }
}

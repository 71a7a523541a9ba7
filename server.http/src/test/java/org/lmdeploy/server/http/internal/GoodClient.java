package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.lmdeploy.api.engine.FinishReason;

/** A client of a stream that goes on while others misbehave, and gets every token of it. */
final class GoodClient {
  static final String PROMPT = "good";

  private final AtomicBoolean enough = new AtomicBoolean();
  private final CompletableFuture<TestServer.Reply> reply = new CompletableFuture<>();
  private final AtomicInteger sent = new AtomicInteger();

  /** The stream of its answer: a token every few milliseconds until it is finished. */
  FakeStream answer() {
    FakeStream stream = new FakeStream();
    Thread.startVirtualThread(
        () -> {
          try {
            while (!enough.get()) {
              stream.text("t" + sent.getAndIncrement() + " ");
              Thread.sleep(5);
            }
            stream.finish(FinishReason.STOP);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return stream;
  }

  void start(TestServer server) {
    Thread.startVirtualThread(
        () -> {
          try {
            String body = TestServer.chatBody(PROMPT, "\"stream\":true");
            reply.complete(server.post(TestServer.CHAT, body));
          } catch (Exception e) {
            reply.completeExceptionally(e);
          }
        });
  }

  /** Ends the stream and looks whether all of it arrived in order. */
  void finish() throws Exception {
    enough.set(true);
    String text = reply.get().text();
    assertTrue(text.endsWith("data: [DONE]\n\n"), text);
    int from = 0;
    for (int i = 0; i < sent.get(); i++) {
      int at = text.indexOf("\"content\":\"t" + i + " \"", from);
      assertTrue(at >= from, "token " + i + " of " + sent.get() + " is missing");
      from = at + 1;
    }
    assertEquals(200, reply.get().status());
  }
}

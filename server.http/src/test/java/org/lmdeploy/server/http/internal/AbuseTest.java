package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.server.http.LimitOptions;

/**
 * Clients that misbehave on real sockets. Beside each of them a good client's stream goes on, and
 * when they are gone nothing of them is left.
 */
@Timeout(120)
class AbuseTest {
  private static final int MAX_BODY = 100_000;
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  private final GoodClient good = new GoodClient();
  private TestServer server;
  private long filesBefore;

  @BeforeEach
  void start() throws Exception {
    LimitOptions limits =
        LimitOptions.DEFAULT.withMaxBodyBytes(MAX_BODY).withClientTimeout(PATIENCE);
    server = new TestServer(TestServer.OPTIONS.withLimits(limits));
    server.model.script(
        (prompt, config) ->
            prompt.equals(GoodClient.PROMPT)
                ? good.answer()
                : new FakeStream().text("ok").finish(FinishReason.STOP));
    good.start(server);
    await(() -> server.model.calls.size() == 1);
    filesBefore = openFiles();
  }

  @AfterEach
  void nothingIsLeftAndNobodyWasDisturbed() throws Exception {
    await(() -> server.server.activeRequests() == 1);
    await(() -> openFiles() <= filesBefore);
    good.finish();
    await(() -> server.server.activeRequests() == 0);
    server.close();
    await(() -> threads() == 0);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "it did not happen within 30 s");
      Thread.sleep(10);
    }
  }

  /** Open files of this process, sockets included; 0 where that cannot be told. */
  private static long openFiles() {
    if (!Files.isDirectory(OPEN_FILES)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(OPEN_FILES)) {
      return files.count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("http"))
        .filter(thread -> thread.getName().matches("http(-.*|)[0-9]*"))
        .count();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Everything up to the end of the connection, be it orderly or not. */
  private static String readToEnd(Socket socket) throws IOException {
    StringBuilder all = new StringBuilder();
    byte[] buffer = new byte[8192];
    try {
      for (int n = socket.getInputStream().read(buffer); n >= 0; ) {
        all.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
        n = socket.getInputStream().read(buffer);
      }
    } catch (SocketException reset) {
      all.append("(reset)");
    }
    return all.toString();
  }

  /** Writes a little at a time until the server has had enough. */
  private static void drip(Socket socket, String piece) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    try {
      while (System.nanoTime() < end) {
        write(socket, piece);
        if (socket.getInputStream().available() > 0) {
          return;
        }
        Thread.sleep(50);
      }
    } catch (IOException closed) {
      return;
    }
    throw new AssertionError("the server took it for 30 s");
  }

  private static String head(String more) {
    return "POST "
        + TestServer.CHAT
        + " HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
        + more
        + "\r\n";
  }

  @Test
  void aHeadThatNeverEndsClosesTheConnection() throws Exception {
    try (Socket socket = connect()) {
      write(socket, "POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\n");
      drip(socket, "X-A: b\r\n");
      String answer = readToEnd(socket);
      assertTrue(answer.isEmpty() || answer.equals("(reset)"), answer);
    }
  }

  @Test
  void aHeadThatStopsClosesTheConnection() throws Exception {
    try (Socket socket = connect()) {
      write(socket, "POST /v1/chat/comp");
      readToEnd(socket);
    }
  }

  @Test
  void aBodyThatDripsIsATimeout() throws Exception {
    try (Socket socket = connect()) {
      write(socket, head("Content-Length: 90000\r\n") + "{\"messages\":\"");
      drip(socket, "a");
      String answer = readToEnd(socket);
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
      assertTrue(answer.contains("too slowly"), answer);
    }
  }

  @Test
  void aBodyThatStopsIsATimeout() throws Exception {
    try (Socket socket = connect()) {
      write(socket, head("Content-Length: 90000\r\n") + "{\"messages\":\"");
      String answer = readToEnd(socket);
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
      assertTrue(answer.contains("request_timeout"), answer);
    }
  }

  @Test
  void aClientThatIsGoneInTheMiddleOfItsBodyLeavesNothing() throws Exception {
    for (int i = 0; i < 50; i++) {
      try (Socket socket = connect()) {
        write(socket, head("Content-Length: 90000\r\n") + "{\"messages\":\"");
        if (i % 2 == 0) {
          socket.setSoLinger(true, 0);
        }
      }
    }
  }

  @Test
  void halfOpenConnectionsAreClosed() throws Exception {
    try (Socket socket = connect()) {
      write(socket, head("Content-Length: 90000\r\n"));
      socket.shutdownOutput();
      String answer = readToEnd(socket);
      assertTrue(answer.startsWith("HTTP/1.1 400 ") || answer.isEmpty(), answer);
    }
    try (Socket socket = connect()) {
      socket.shutdownOutput();
      readToEnd(socket);
    }
  }

  @Test
  void aGigabyteIsRefusedByItsLengthAndAsItComes() throws Exception {
    byte[] block = "a".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = connect()) {
      write(socket, head("Content-Length: 1073741824\r\n"));
      assertTooLarge(socket, block, "");
    }
    try (Socket socket = connect()) {
      write(socket, head("Transfer-Encoding: chunked\r\n"));
      assertTooLarge(socket, block, "10000\r\n");
    }
  }

  private static void assertTooLarge(Socket socket, byte[] block, String chunkHead)
      throws IOException {
    long written = 0;
    try {
      OutputStream out = socket.getOutputStream();
      while (written < 1 << 30 && socket.getInputStream().available() == 0) {
        out.write(chunkHead.getBytes(StandardCharsets.US_ASCII));
        out.write(block);
        out.write((chunkHead.isEmpty() ? "" : "\r\n").getBytes(StandardCharsets.US_ASCII));
        written += block.length;
      }
    } catch (SocketException closed) {
      written++; // the server need not read what it does not want
    }
    String answer = readToEnd(socket);
    assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    assertTrue(answer.contains("request_too_large"), answer);
    assertTrue(written < 1 << 28, written + " bytes were taken");
  }

  @Test
  void garbageBehindARequestIsRefused() throws Exception {
    try (Socket socket = connect()) {
      write(
          socket, "GET /health HTTP/1.1\r\nHost: a\r\n\r\n\u0000\u0001garbage\r\n\r\n".repeat(20));
      String answer = readToEnd(socket);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertTrue(answer.contains("HTTP/1.1 400 "), answer);
      assertEquals(1, answer.split("HTTP/1.1 200", -1).length - 1, answer);
    }
  }

  @Test
  void aHeadThatIsTooLargeIsRefused() throws Exception {
    try (Socket socket = connect()) {
      write(socket, head("X-A: " + "a".repeat(100_000) + "\r\n"));
      assertTrue(readToEnd(socket).startsWith("HTTP/1.1 431 "));
    }
  }

  @Test
  void connectionsWithoutARequestAreClosed() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      sockets.add(connect());
    }
    assertEquals(200, server.chat("").status());
    for (Socket socket : sockets) {
      assertEquals("", readToEnd(socket));
      socket.close();
    }
  }

  /** An answer that nobody reads fills the buffers between, and is then cancelled. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientThatDoesNotReadIsCancelled(boolean stream) throws Exception {
    String large = "x".repeat(1 << 20);
    FakeStream endless = new FakeStream();
    for (int i = 0; i < 64; i++) {
      endless.text(large);
    }
    if (!stream) {
      endless.finish(FinishReason.STOP);
    }
    server.model.script((prompt, config) -> endless);
    try (Socket socket = server.rawPost(TestServer.COMPLETIONS, body(stream))) {
      await(() -> server.server.activeRequests() == 2);
      await(() -> server.server.activeRequests() == 1);
      if (stream) {
        assertTrue(endless.cancelled.await(10, TimeUnit.SECONDS));
      }
      String answer = readToEnd(socket);
      assertTrue(answer.length() < 64 << 20, "all of it was sent");
    }
  }

  private static String body(boolean stream) {
    return "{\"prompt\":\"x\",\"stream\":" + stream + "}";
  }

  /** The patience is with clients, not with the engine. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAnswerMayTakeLongerThanAClient(boolean stream) throws Exception {
    FakeStream slow = new FakeStream();
    server.model.script((prompt, config) -> slow);
    Thread later =
        Thread.startVirtualThread(
            () -> {
              try {
                Thread.sleep(4 * PATIENCE.toMillis());
                slow.text("late").finish(FinishReason.STOP);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    TestServer.Reply reply = server.post(TestServer.COMPLETIONS, body(stream));
    later.join();
    assertEquals(200, reply.status());
    assertTrue(reply.text().contains("late"), reply.text());
  }

  @Test
  void tenThousandStopWordsAreRefused() throws Exception {
    String words = "\"word\",".repeat(10_000);
    TestServer.Reply reply = server.chat("\"stop\":[" + words + "\"word\"]");
    assertEquals(400, reply.status());
    assertEquals("stop", reply.json().get("error").get("param").stringValue());
  }
}

package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.runtime.StandaloneModelManager;
import org.lmdeploy.server.http.RunningServer;
import tools.jackson.databind.json.JsonMapper;

/** The server over the real engine with the demo model: many clients, of which many go away. */
@Timeout(300)
class DemoModelTest {
  private static final int STREAMS = 64;
  private static final int CLIENTS = 200;
  private static final Color[] COLOURS = {
    Color.RED, Color.GREEN, Color.BLUE, Color.YELLOW, Color.PINK, Color.BLACK, Color.CYAN
  };

  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static StandaloneModelManager manager;
  private static ServedModel model;
  private static RunningServer server;
  private static final List<String> ANSWERS = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    manager = StandaloneModelManager.open(DemoModelTest.class.getClassLoader());
    server = new HttpServers(manager.models()).start(TestServer.OPTIONS);
    EngineOptions options =
        new EngineOptions(OptionalInt.of(1024), 32, 0.5, 64, false, 2048, 0, 1, 1);
    model = manager.models().load(LoadOptions.of("tiny-internvl2", options), stage -> {});
    for (int i = 0; i < COLOURS.length; i++) {
      ANSWERS.add(text(ask(i).join()));
    }
  }

  @AfterAll
  static void stop() {
    server.stop();
    manager.close();
    CLIENT.shutdownNow();
  }

  /** A question about a picture of one square. */
  private static String question(int client) throws IOException {
    BufferedImage picture = new BufferedImage(224, 224, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, 224, 224);
    graphics.setColor(COLOURS[client % COLOURS.length]);
    graphics.fillRect(80, 80, 64, 64);
    graphics.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    return """
    {"stream":true,"temperature":0,"max_tokens":24,"messages":[{"role":"user","content":[
    {"type":"image_url","image_url":{"url":"data:image/png;base64,%s"}},
    {"type":"text","text":"Describe this image."}]}]}\
    """
        .formatted(Base64.getEncoder().encodeToString(png.toByteArray()));
  }

  private static CompletableFuture<String> ask(int client) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + TestServer.CHAT))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question(client)))
            .build();
    return CLIENT
        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenApply(HttpResponse::body);
  }

  private static String text(String events) {
    assertTrue(events.contains("data: [DONE]"), events);
    return events
        .lines()
        .filter(line -> line.startsWith("data: {"))
        .map(line -> JSON.readTree(line.substring("data: ".length())))
        .map(chunk -> chunk.at("/choices/0/delta/content").asString(""))
        .collect(Collectors.joining());
  }

  @Test
  void concurrentStreamsAreIndependent() throws Exception {
    assertTrue(ANSWERS.stream().distinct().count() > 1, ANSWERS::toString);
    List<CompletableFuture<String>> replies = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      replies.add(ask(i));
    }
    for (int i = 0; i < STREAMS; i++) {
      assertEquals(ANSWERS.get(i % COLOURS.length), text(replies.get(i).join()));
    }
    assertNothingIsLeft();
  }

  @Test
  void clientsThatGoAwayLeaveNothing() throws Exception {
    long before = model.stats().cancelled();
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Socket socket = new Socket("127.0.0.1", server.port());
      TestServer.writePost(socket, TestServer.CHAT, question(i));
      sockets.add(socket);
      if (i % 4 == 2) {
        socket.close(); // while its prompt is queued or prefilled
      }
    }
    for (int i = 0; i < CLIENTS; i += 4) {
      sockets.get(i).getInputStream().read();
      sockets.get(i).close(); // once the answer has begun
    }
    for (int i = 1; i < CLIENTS; i += 2) {
      String reply = readToEnd(sockets.get(i));
      assertEquals(ANSWERS.get(i % COLOURS.length), text(reply));
    }
    assertNothingIsLeft();
    assertTrue(model.stats().cancelled() > before, "none was cancelled in time");
  }

  @Test
  void theOpenAiClientWorksUnchanged() throws Exception {
    NodeClient.assume();
    NodeClient.run("openai.test.js", Map.of("BASE_URL", server.url() + "/v1"));
    NodeClient.run("structured.test.js", Map.of("BASE_URL", server.url() + "/v1"));
    assertNothingIsLeft();
  }

  /** A few bytes that claim to be four billion pixels. */
  private static String bomb() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png", png);
    byte[] bytes = png.toByteArray();
    ByteBuffer header = ByteBuffer.wrap(bytes);
    header.putInt(16, 65_000).putInt(20, 65_000); // width and height in the chunk IHDR
    CRC32 crc = new CRC32();
    crc.update(bytes, 12, 17);
    header.putInt(29, (int) crc.getValue());
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void imagesThatWouldDoHarmAreRefused() throws Exception {
    for (String url :
        List.of(
            bomb(),
            "http://127.0.0.1:" + server.port() + "/health",
            "http://localhost:" + server.port() + "/health",
            "http://[::1]/x.png",
            "http://169.254.169.254/latest/meta-data",
            "http://0x7f000001/x.png",
            "http://2130706433/x.png")) {
      String body =
          "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
              + "\"image_url\":{\"url\":\""
              + url
              + "\"}}]}]}";
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.url() + TestServer.CHAT))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      HttpResponse<String> reply = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      assertEquals(400, reply.statusCode(), url + ": " + reply.body());
      assertTrue(reply.body().contains("invalid_request_error"), reply.body());
    }
    assertNothingIsLeft();
  }

  private static String readToEnd(Socket socket) throws IOException {
    StringBuilder all = new StringBuilder();
    try (socket;
        InputStream in = socket.getInputStream()) {
      byte[] buffer = new byte[8192];
      int count = in.read(buffer);
      while (count > 0) {
        all.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        count = all.indexOf("[DONE]\n\n") < 0 ? in.read(buffer) : -1;
      }
    }
    return all.toString();
  }

  private static void assertNothingIsLeft() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    EngineStats stats = model.stats();
    while (stats.running() + stats.waiting() + stats.kvBlocksUsed() + server.activeRequests() > 0) {
      assertTrue(System.nanoTime() < end, stats::toString);
      Thread.sleep(10);
      stats = model.stats();
    }
  }
}

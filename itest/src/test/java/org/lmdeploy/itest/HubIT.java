package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo model, asked for by an id, comes from a hub of this machine, and then from the cache.
 */
class HubIT {
  private static final String ID = "someone/scenes-2";
  private static final String COMMIT = "89abcdef0123456789abcdef0123456789abcdef";

  @TempDir private Path cache;
  private final Map<String, byte[]> files = new TreeMap<>();
  private Distribution dist;
  private HttpServer hub;

  @BeforeEach
  void serve() throws IOException {
    dist = Distribution.shared();
    readDemoModel();
    hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hub.createContext("/api/models/" + ID + "/revision/main", this::revision);
    hub.createContext("/" + ID + "/resolve/" + COMMIT + "/", this::file);
    hub.start();
  }

  @AfterEach
  void stop() {
    hub.stop(0);
  }

  @Test
  void aModelIsServedByItsIdAndAnswersOfflineFromThenOn() throws Exception {
    Result online = ask(Map.of());
    assertEquals(0, online.exitCode(), online::err);
    assertEquals(Scenes.NUMBER.answer() + "\n", online.out());
    assertTrue(online.err().contains("downloading " + ID), online::err);
    assertTrue(online.err().contains("which is commit " + COMMIT + ", downloaded"), online::err);

    hub.stop(0);
    Result offline = ask(Map.of("HF_HUB_OFFLINE", "1"));
    assertEquals(0, offline.exitCode(), offline::err);
    assertEquals(Scenes.NUMBER.answer() + "\n", offline.out());
    assertTrue(offline.err().contains(", cached; offline"), offline::err);
  }

  @Test
  void anIdThatTheHubHasNotIsAnErrorWithTheWayOut() throws Exception {
    Result result = run(Map.of(), "chat", "someone/else");
    assertEquals(3, result.exitCode(), result::err);
    assertTrue(result.err().contains("someone/else is not at http://127.0.0.1"), result::err);
    assertTrue(result.err().contains("HF_TOKEN"), result::err);
  }

  private Result ask(Map<String, String> environment) throws Exception {
    return run(environment, "chat", ID, "--image", Scenes.NUMBER.path());
  }

  private Result run(Map<String, String> environment, String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(dist.command(arguments));
    builder.environment().keySet().removeIf(name -> name.startsWith("HF_"));
    builder.environment().put("HF_ENDPOINT", "http://127.0.0.1:" + hub.getAddress().getPort());
    builder.environment().put("HF_HOME", cache.toString());
    builder.environment().putAll(environment);
    return Result.of(builder, "Describe this image.\n");
  }

  private void readDemoModel() throws IOException {
    String folder = "org/lmdeploy/model/demo/tiny-internvl2/";
    try (var jars = Files.list(dist.bundles())) {
      Path jar =
          jars.filter(file -> file.getFileName().toString().startsWith("model.demo"))
              .findFirst()
              .orElseThrow();
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        for (ZipEntry entry : zip.stream().filter(e -> e.getName().startsWith(folder)).toList()) {
          String name = entry.getName().substring(folder.length());
          if (!name.isEmpty()) {
            files.put(name, zip.getInputStream(entry).readAllBytes());
          }
        }
      }
    }
  }

  private void revision(HttpExchange exchange) throws IOException {
    String siblings =
        files.keySet().stream()
            .map(name -> "{\"rfilename\":\"" + name + "\"}")
            .collect(Collectors.joining(","));
    send(
        exchange,
        "{\"sha\":\"%s\",\"siblings\":[%s]}"
            .formatted(COMMIT, siblings)
            .getBytes(StandardCharsets.UTF_8));
  }

  private void file(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] content = files.get(path.substring(path.lastIndexOf('/') + 1));
    exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
    exchange.getResponseHeaders().set("ETag", "\"" + sha256(content) + "\"");
    send(exchange, content);
  }

  private static void send(HttpExchange exchange, byte[] content) throws IOException {
    try (exchange) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (head) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
      }
      exchange.sendResponseHeaders(200, head ? -1 : content.length);
      if (!head) {
        exchange.getResponseBody().write(content);
      }
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

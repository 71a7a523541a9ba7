package org.lmdeploy.server.http.internal;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.LimitOptions;
import org.lmdeploy.server.http.RunningServer;
import org.lmdeploy.server.http.ServerOptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server on a port of its own with one scripted model, and a client for it. */
final class TestServer implements AutoCloseable {
  static final String CHAT = "/v1/chat/completions";
  static final String COMPLETIONS = "/v1/completions";
  static final ServerOptions OPTIONS =
      ServerOptions.DEFAULT
          .withAddress("127.0.0.1", 0)
          .withLimits(LimitOptions.DEFAULT.withMaxBodyBytes(200_000))
          .withTimes(Duration.ofSeconds(10), Duration.ofMillis(200));
  private static final JsonMapper MAPPER = new JsonMapper();

  /** A response with its body as text. */
  record Reply(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String text() {
      return response.body();
    }

    JsonNode json() {
      return MAPPER.readTree(response.body());
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  final FakeModel model = new FakeModel("fake");
  final FakeManager manager = new FakeManager();
  final RunningServer server;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  TestServer() {
    this(OPTIONS);
  }

  TestServer(ServerOptions options) {
    manager.models.add(model);
    server = new HttpServers(manager).start(options);
  }

  TestServer with(ServedModel other) {
    manager.models.add(other);
    return this;
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(30));
  }

  Reply get(String path) throws Exception {
    return send(request(path).GET());
  }

  Reply post(String path, String json) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** A chat of one user message with more fields. */
  Reply chat(String fields) throws Exception {
    return post(CHAT, chatBody("hi", fields));
  }

  Reply complete(String fields) throws Exception {
    return post(COMPLETIONS, "{" + fields + "}");
  }

  static String chatBody(String text, String fields) {
    String more = fields.isEmpty() ? "" : "," + fields;
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]" + more + "}";
  }

  Reply send(HttpRequest.Builder request) throws Exception {
    return new Reply(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
  }

  /** A socket on which a request was written. */
  Socket rawPost(String path, String json) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    writePost(socket, path, json);
    return socket;
  }

  static void writePost(Socket socket, String path, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST %s HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, body.length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(body);
    socket.getOutputStream().flush();
  }

  @Override
  public void close() {
    server.stop();
    client.shutdownNow();
  }
}

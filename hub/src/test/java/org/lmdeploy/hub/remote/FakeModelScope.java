package org.lmdeploy.hub.remote;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One repository behind ModelScope's protocol. */
final class FakeModelScope implements AutoCloseable {
  static final String ID = "lmdeploy/tiny-internvl2.5";
  private static final String API = "/api/v1/models/" + ID;

  final Map<String, byte[]> files = new TreeMap<>();
  final LocalServer hub;

  /** When all files last changed, in seconds since 1970. */
  long committed = 1_700_000_000;

  FakeModelScope() throws IOException {
    hub = new LocalServer(this::answer);
  }

  void put(String name, String text) {
    files.put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void answer(HttpExchange exchange) throws IOException {
    Map<String, String> query =
        Arrays.stream(exchange.getRequestURI().getQuery().split("&"))
            .map(part -> part.split("=", 2))
            .collect(Collectors.toMap(part -> part[0], part -> part[1]));
    if (!exchange.getRequestURI().getPath().startsWith(API)
        || !query.get("Revision").equals("master")) {
      exchange.sendResponseHeaders(404, -1);
    } else if (exchange.getRequestURI().getPath().equals(API + "/repo/files")) {
      LocalServer.send(exchange, listing().getBytes(StandardCharsets.UTF_8));
    } else {
      LocalServer.send(exchange, files.get(query.get("FilePath")));
    }
  }

  private String listing() {
    return files.entrySet().stream()
        .map(
            file ->
                """
                {"Name":"%1$s","Path":"%1$s","Type":"blob","Size":%2$d,"Sha256":"%3$s","CommittedDate":%4$d}\
                """
                    .formatted(
                        file.getKey(),
                        file.getValue().length,
                        FakeHuggingFace.hash("SHA-256", file.getValue()),
                        committed))
        .collect(
            Collectors.joining(
                ",",
                "{\"Code\":200,\"Success\":true,\"Data\":{\"Files\":["
                    + "{\"Name\":\"assets\",\"Path\":\"assets\",\"Type\":\"tree\",\"Size\":0},",
                "]}}"));
  }

  @Override
  public void close() {
    hub.close();
  }
}

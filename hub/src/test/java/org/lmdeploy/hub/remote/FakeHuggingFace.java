package org.lmdeploy.hub.remote;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One repository behind Hugging Face's protocol. Weights are LFS objects: the hub tells their hash
 * and sends the client on to a store at another address.
 */
final class FakeHuggingFace implements AutoCloseable {
  static final String ID = "lmdeploy/tiny-internvl2";
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  final Map<String, byte[]> files = new TreeMap<>();
  final LocalServer hub;
  final LocalServer store;

  /** Demanded of every request to the hub; null for a public repository. */
  String token;

  /** Sent with refusals, as the hub names its errors. */
  String errorCode = "RepoNotFound";

  FakeHuggingFace() throws IOException {
    hub = new LocalServer(this::answer);
    store = new LocalServer(this::answerStore);
  }

  void put(String name, String text) {
    files.put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    if (token != null
        && !("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      refuse(exchange, 401, errorCode);
    } else if (path.startsWith("/api/models/" + ID + "/revision/")) {
      revision(exchange, path.substring(path.lastIndexOf('/') + 1));
    } else if (path.startsWith("/" + ID + "/resolve/" + COMMIT + "/")) {
      resolve(exchange, path.substring(("/" + ID + "/resolve/" + COMMIT + "/").length()));
    } else {
      refuse(exchange, 404, "RepoNotFound");
    }
  }

  private void revision(HttpExchange exchange, String revision) throws IOException {
    if (!revision.equals("main") && !revision.equals("refs%2Fpr%2F1") && !revision.equals(COMMIT)) {
      refuse(exchange, 404, "RevisionNotFound");
      return;
    }
    String siblings =
        files.keySet().stream()
            .map(name -> "{\"rfilename\":\"" + name + "\"}")
            .collect(Collectors.joining(","));
    LocalServer.send(
        exchange,
        "{\"id\":\"%s\",\"sha\":\"%s\",\"siblings\":[%s]}"
            .formatted(ID, COMMIT, siblings)
            .getBytes(StandardCharsets.UTF_8));
  }

  private void resolve(HttpExchange exchange, String name) throws IOException {
    byte[] content = files.get(name);
    if (content == null) {
      refuse(exchange, 404, "EntryNotFound");
      return;
    }
    exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
    if (!isLarge(name)) {
      exchange.getResponseHeaders().set("ETag", '"' + tag(name) + '"');
      LocalServer.send(exchange, content);
      return;
    }
    exchange.getResponseHeaders().set("X-Linked-Etag", '"' + tag(name) + '"');
    exchange.getResponseHeaders().set("X-Linked-Size", Integer.toString(content.length));
    exchange.getResponseHeaders().set("Location", store.address() + "/objects/" + name + "?sig=1");
    exchange.sendResponseHeaders(302, -1);
  }

  private void answerStore(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    LocalServer.send(exchange, files.get(path.substring("/objects/".length())));
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    exchange.getResponseHeaders().set("X-Error-Code", code);
    exchange.sendResponseHeaders(status, -1);
  }

  private static boolean isLarge(String name) {
    return name.endsWith(".safetensors");
  }

  /** The ETag that Hugging Face gives a file. */
  String tag(String name) {
    byte[] content = files.get(name);
    return isLarge(name)
        ? hash("SHA-256", content)
        : hash(
            "SHA-1", ("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8), content);
  }

  static String hash(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    hub.close();
    store.close();
  }
}

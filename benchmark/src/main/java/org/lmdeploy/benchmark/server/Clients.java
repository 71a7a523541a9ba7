package org.lmdeploy.benchmark.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients on plain sockets. */
final class Clients {
  private static final JsonMapper JSON = new JsonMapper();

  private Clients() {}

  static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  /** Writes a request for a streamed continuation; the connection is closed behind its answer. */
  static void ask(Socket socket, String prompt, int tokens) throws IOException {
    String body =
        JSON.createObjectNode()
            .put("prompt", prompt)
            .put("max_tokens", tokens)
            .put("temperature", 0)
            .put("ignore_eos", true)
            .put("stream", true)
            .toString();
    String head =
        "POST /v1/completions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n";
    socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  /** Reads an answer to its end. Chunks of HTTP are events here, so that lines are enough. */
  static String text(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    boolean done = false;
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith("data: {")) {
        JsonNode choice = JSON.readTree(line.substring("data: ".length())).at("/choices/0/text");
        text.append(choice.asString(""));
      }
      done |= line.equals("data: [DONE]");
    }
    if (!done) {
      throw new IOException("an answer was lost: " + text);
    }
    return text.toString();
  }

  /** Reads what comes on a connection and counts it. */
  static final class Drain implements AutoCloseable {
    private final AtomicLong bytes = new AtomicLong();
    private final Socket socket;

    Drain(Socket socket) {
      this.socket = socket;
      Thread.ofVirtual().start(this::run);
    }

    private void run() {
      byte[] buffer = new byte[1 << 16];
      try (InputStream in = socket.getInputStream()) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          bytes.addAndGet(read);
        }
      } catch (IOException closed) {
        return; // as it is when the measurement is over
      }
    }

    long bytes() {
      return bytes.get();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}

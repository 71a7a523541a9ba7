package org.lmdeploy.hub.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of this machine that keeps what it was asked, and that can be told to misbehave. */
class LocalServer implements AutoCloseable {
  /** What a server does once instead of a proper answer to a request of this kind. */
  record Fault(String method, String ending, Handler answer) {
    private boolean isFor(HttpExchange exchange) {
      return exchange.getRequestMethod().equals(method)
          && exchange.getRequestURI().toString().endsWith(ending);
    }
  }

  /** A request: method, path with query, and the headers that matter here. */
  record Asked(String method, String path, String range, String authorization, String cookie) {}

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  final ConcurrentLinkedQueue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  LocalServer(Handler handler) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> serve(exchange, handler));
    server.start();
  }

  /** Answers one request. */
  interface Handler {
    void answer(HttpExchange exchange) throws IOException;
  }

  private void serve(HttpExchange exchange, Handler handler) throws IOException {
    try (exchange) {
      var headers = exchange.getRequestHeaders();
      asked.add(
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              headers.getFirst("Range"),
              headers.getFirst("Authorization"),
              headers.getFirst("Cookie")));
      for (Fault fault : faults) {
        if (fault.isFor(exchange) && faults.remove(fault)) {
          fault.answer().answer(exchange);
          return;
        }
      }
      handler.answer(exchange);
    }
  }

  /** A fault for requests of a method whose path ends so. */
  static Fault on(String method, String ending, Handler answer) {
    return new Fault(method, ending, answer);
  }

  /** An answer without a body. */
  static Handler status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  /** Promises all, sends a part, breaks the connection. */
  static Handler broken(byte[] whole, int sent) {
    return exchange -> {
      exchange.sendResponseHeaders(200, whole.length);
      exchange.getResponseBody().write(whole, 0, sent);
      exchange.getResponseBody().flush();
    };
  }

  /** Sends other bytes than wanted, as if they were right. */
  static Handler bytes(byte[] wrong) {
    return exchange -> {
      exchange.sendResponseHeaders(200, wrong.length);
      exchange.getResponseBody().write(wrong);
    };
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** How many requests of a method had a path that ends so. */
  long count(String method, String ending) {
    return asked.stream()
        .filter(request -> request.method().equals(method) && request.path().endsWith(ending))
        .count();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }

  /** Sends a file, or the part of it that was asked for. */
  static void send(HttpExchange exchange, byte[] content) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"));
    if (range != null && from >= content.length) {
      exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    if (range != null) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    int length = content.length - from;
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(length));
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, head || length == 0 ? -1 : length);
    if (!head && length > 0) {
      exchange.getResponseBody().write(content, from, length);
    }
  }
}

package org.lmdeploy.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.BooleanSupplier;
import org.lmdeploy.itest.Distribution;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code lmdeploy serve api_server} of a copy of the distribution, its framework inside this
 * process: the demo model as {@code demo}, over HTTP, and the commands of the Felix shell.
 */
final class LiveServer implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  final HttpClient client = HttpClient.newHttpClient();
  private final Path folder;
  private final Host host;
  private final int port;

  private LiveServer(Path folder, Host host, int port) {
    this.folder = folder;
    this.host = host;
    this.port = port;
    Thread.ofPlatform().daemon().start(this::serve);
  }

  static LiveServer start(Path folder) throws Exception {
    Distribution.copyTo(folder);
    int port = freePort();
    Host host =
        Host.start(
            new Home(folder, folder.resolve("cache")),
            "serve",
            "api_server",
            "--server-name",
            "127.0.0.1",
            "--server-port",
            Integer.toString(port),
            "--model-name",
            "demo");
    LiveServer server = new LiveServer(folder, host, port);
    await(() -> server.status("/health") == 200);
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void serve() {
    try {
      CommandLine.run(host.context());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Copies a jar into the plugins folder as a person would. */
  void drop(Path jar, String as) throws IOException {
    Files.copy(jar, folder.resolve("plugins").resolve(as), StandardCopyOption.REPLACE_EXISTING);
  }

  void remove(String plugin) throws IOException {
    Files.delete(folder.resolve("plugins").resolve(plugin));
  }

  /** Calls a command of the Felix shell; its failure is thrown as it is. */
  String shell(String function, String... arguments) {
    try {
      Collection<ServiceReference<Object>> found =
          host.context()
              .getServiceReferences(
                  Object.class,
                  "(&(osgi.command.scope=lmdeploy)(osgi.command.function=" + function + "))");
      Object commands = host.context().getService(found.iterator().next());
      Method method =
          Arrays.stream(commands.getClass().getMethods())
              .filter(candidate -> candidate.getName().equals(function))
              .findFirst()
              .orElseThrow();
      return String.valueOf(
          method.getParameterCount() == 0
              ? method.invoke(commands)
              : method.invoke(commands, (Object) arguments));
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
    } catch (InvalidSyntaxException | ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  int status(String path) {
    try {
      return client
          .send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString())
          .statusCode();
    } catch (IOException e) {
      return -1; // it does not listen yet
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpRequest post(String path, Object body) {
    return HttpRequest.newBuilder(uri(path))
        .header("Content-Type", "application/json")
        .header("Accept", "text/event-stream, application/json")
        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
        .build();
  }

  Answer ask(String path, Object body) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(post(path, body), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), JSON.readTree(response.body()));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** A whole answer. */
  record Answer(int status, JsonNode json) {}

  static void await(BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertTrue(Instant.now().isBefore(end), "it did not happen within " + PATIENCE);
      Thread.sleep(50);
    }
  }

  @Override
  public void close() throws IOException {
    host.close(); // ends the command too
  }
}

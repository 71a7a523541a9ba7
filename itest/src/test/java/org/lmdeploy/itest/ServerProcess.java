package org.lmdeploy.itest;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server as a process, listening and with its model loaded. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern BASE = Pattern.compile("OpenAI: +(http://\\S+)/v1");
  private static final long PATIENCE_SECONDS = 90;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final String base;

  private ServerProcess(Process process, Path log) throws IOException {
    this.process = process;
    this.log = log;
    this.base = base(process.inputReader());
  }

  /**
   * Starts one.
   *
   * @param log takes its error stream
   */
  static ServerProcess start(Distribution dist, Path log, String... flags) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("serve", "api_server", "--server_port", "0", "--server-name", "127.0.0.1"));
    arguments.addAll(List.of(flags));
    Process process =
        new ProcessBuilder(dist.command(arguments.toArray(String[]::new)))
            .redirectError(log.toFile())
            .start();
    try {
      return new ServerProcess(process, log);
    } catch (IOException | RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Reads the greeting up to the address, which is there when the server listens. */
  private static String base(BufferedReader out) throws IOException {
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.append(line).append('\n');
      Matcher address = BASE.matcher(line);
      if (address.find()) {
        return address.group(1);
      }
    }
    throw new AssertionError("The server ended without saying where it listens: " + said);
  }

  /** Its address. */
  String base() {
    return base;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(base + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  <T> HttpResponse<T> post(String path, String json, HttpResponse.BodyHandler<T> as)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    return client.send(request, as);
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits for its end and returns the exit code. */
  int await() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the server did not end within " + PATIENCE_SECONDS + " s");
    }
    return process.exitValue();
  }

  List<String> log() throws IOException {
    return Files.readAllLines(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    client.close();
  }
}

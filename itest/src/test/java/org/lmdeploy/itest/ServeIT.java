package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server as a process: what it says, what it answers, how it ends. */
class ServeIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern BASE = Pattern.compile("OpenAI: +(http://\\S+)/v1");

  @TempDir private static Path folder;
  private static Distribution dist;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void distribution() throws IOException {
    dist = Distribution.shared();
  }

  @Test
  void theServerAnswersAQuestionAboutAPictureAndEndsWhenItIsTold() throws Exception {
    Process server =
        new ProcessBuilder(
                dist.command(
                    "serve",
                    "api_server",
                    "--server_port",
                    "0",
                    "--server-name",
                    "127.0.0.1",
                    "--model-name",
                    "demo"))
            .redirectError(folder.resolve("server.log").toFile())
            .start();
    try (BufferedReader out = server.inputReader()) {
      String base = base(out);
      assertEquals(200, get(base + "/health").statusCode());
      HttpResponse<String> answer = ask(base);
      assertEquals(200, answer.statusCode(), answer::body);
      JsonNode choice = JSON.readTree(answer.body()).get("choices").get(0);
      assertEquals(Scenes.NUMBER.answer(), choice.get("message").get("content").asString());
      server.destroy();
      assertTrue(server.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, server.exitValue());
      assertThrows(ConnectException.class, () -> get(base + "/health"));
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void aPortThatIsTakenIsAnError() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = Integer.toString(taken.getLocalPort());
      Result result = dist.run("serve", "api_server", "--server-port", port);
      assertTrue(result.exitCode() != 0, result::out);
      assertTrue(result.err().contains(port), result::err);
    }
  }

  private HttpResponse<String> ask(String base) throws IOException, InterruptedException {
    String body =
        JSON.writeValueAsString(
            Map.of(
                "model",
                "demo",
                "temperature",
                0,
                "messages",
                List.of(
                    Map.of(
                        "role",
                        "user",
                        "content",
                        List.of(
                            Map.of(
                                "type",
                                "image_url",
                                "image_url",
                                Map.of("url", Scenes.NUMBER.dataUrl())),
                            Map.of("type", "text", "text", Scenes.NUMBER.question()))))));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
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
}

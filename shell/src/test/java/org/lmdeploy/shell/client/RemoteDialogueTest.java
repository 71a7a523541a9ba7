package org.lmdeploy.shell.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnavailableException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The client against a local server that speaks the same protocol, well or badly. */
class RemoteDialogueTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String FIRST = event("{'role': 'assistant', 'content': ''}", "null");

  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final CountDownLatch done = new CountDownLatch(1);
  private HttpServer http;
  private volatile String answer = "";
  private volatile int status = 200;
  private volatile boolean endless;
  private OpenAiServer server;
  private RemoteDialogue dialogue;

  @BeforeEach
  void start() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/v1/chat/completions", this::chat);
    http.createContext(
        "/v1/models", exchange -> send(exchange, "{\"data\": [{\"id\": \"a\"}, {\"id\": \"b\"}]}"));
    http.start();
    server = new OpenAiServer(url(), Optional.of("secret"));
    dialogue = new RemoteDialogue(server, "a", Map.of("max_tokens", 5));
  }

  @AfterEach
  void stop() {
    done.countDown();
    server.close();
    http.stop(0);
  }

  @Test
  void everyQuestionCarriesTheAnswersBeforeItAndWhatWasAskedFor() throws Exception {
    answer =
        FIRST
            + event("{'content': 'one '}", "null")
            + ": still here\n\n"
            + event("{'content': 'two'}", "'stop'")
            + "data: [DONE]\n\n";
    assertEquals("one two STOP", say("Hi"));
    answer =
        event("{'content': 'three'}", "'length'")
            + "data: {\"choices\": [], \"usage\": {}}\n\n"
            + "data: [DONE]\n\n";
    assertEquals("three LENGTH", say("Go on"));
    JsonNode second = requests.get(1);
    assertEquals(
        JSON.readTree(
            """
            [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "one two"},
             {"role": "user", "content": "Go on"}]
            """),
        second.path("messages"));
    assertEquals(5, second.path("max_tokens").asInt());
    assertEquals("a", second.path("model").asString());
    assertTrue(second.path("stream").asBoolean());
    assertEquals(List.of("Bearer secret", "Bearer secret"), keys);
    dialogue.reset();
    say("Anew");
    assertEquals(1, requests.get(2).path("messages").size());
  }

  @Test
  void anImageFileGoesAlongAsDataWithTheNextMessageOnly(@TempDir Path folder) throws Exception {
    byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 0};
    dialogue.addImage(Files.write(folder.resolve("a.png"), png).toString());
    assertEquals(1, dialogue.pendingImages());
    answer = event("{'content': 'x'}", "'stop'") + "data: [DONE]\n\n";
    say("What?");
    JsonNode content = requests.get(0).path("messages").path(0).path("content");
    String url = content.path(0).path("image_url").path("url").asString();
    assertEquals("data:image/png;base64,iVBORw0KGgoAAAAA", url);
    assertEquals("What?", content.path(1).path("text").asString());
    assertEquals(0, dialogue.pendingImages());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|{\"error\": {\"message\": \"top_p is 3\"}}|top_p is 3|INVALID_REQUEST",
        "401|{\"detail\": \"no key\"}|no key (--api-key gives a key)|INVALID_REQUEST",
        "404|{\"message\": \"no model x\"}|no model x|MODEL_NOT_FOUND",
        "429|{\"message\": \"full\"}|full|OVERLOADED",
        "502|<html>a gateway</html>|<html>a gateway</html>|UNAVAILABLE",
      })
  void aRefusalIsToldInTheServersWordsAndTheMessageForgotten(
      int code, String body, String words, String error) throws Exception {
    status = code;
    answer = body;
    LmDeployException refused = assertThrows(LmDeployException.class, () -> say("Hi"));
    assertEquals(error, refused.code().name());
    assertTrue(
        refused.getMessage().endsWith("answered " + code + ": " + words), refused::getMessage);
    status = 200;
    answer = event("{'content': 'x'}", "'stop'") + "data: [DONE]\n\n";
    say("Again");
    assertEquals(1, requests.get(1).path("messages").size());
  }

  @Test
  void anAnswerThatBreaksOffOrEndsWithAnErrorIsNoAnswer() {
    answer = event("{'content': 'half'}", "null");
    UnavailableException half = assertThrows(UnavailableException.class, () -> say("Hi"));
    assertTrue(half.getMessage().contains("amid the answer"), half::getMessage);
    answer = FIRST + "data: {\"error\": {\"message\": \"device lost\"}}\n\n";
    UnavailableException lost = assertThrows(UnavailableException.class, () -> say("Hi"));
    assertTrue(lost.getMessage().contains("device lost"), lost::getMessage);
    answer = "data: {nonsense\n\n";
    assertThrows(UnavailableException.class, () -> say("Hi"));
  }

  @Test
  void anInterruptedAnswerStaysAsFarAsItCame() throws Exception {
    endless = true;
    answer = event("{'content': 'as far'}", "null");
    FinishReason reason = dialogue.say("Hi", piece -> dialogue.interrupt());
    assertEquals(FinishReason.ABORT, reason);
    endless = false;
    answer = event("{'content': 'x'}", "'stop'") + "data: [DONE]\n\n";
    say("On");
    assertEquals("as far", requests.get(1).path("messages").path(1).path("content").asString());
  }

  @Test
  void modelsAreAskedForWhateverTheAddressEndsWith() throws Exception {
    for (String end : List.of("", "/", "/v1", "/v1/")) {
      try (OpenAiServer same = new OpenAiServer(url() + end, Optional.empty())) {
        assertEquals(List.of("a", "b"), same.models());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:23333", "ftp://host", "http://", "http://a b", "http://h?x=1"})
  void whatIsNoAddressIsRefused(String url) {
    InvalidRequestException refused =
        assertThrows(
            InvalidRequestException.class, () -> new OpenAiServer(url, Optional.empty()).close());
    assertTrue(refused.getMessage().contains("one looks like http://"), refused::getMessage);
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    String url = url();
    http.stop(0);
    UnavailableException gone = assertThrows(UnavailableException.class, () -> say("Hi"));
    assertTrue(gone.getMessage().startsWith("no answer from " + url), gone::getMessage);
  }

  private String say(String text) throws InterruptedException {
    StringBuilder said = new StringBuilder();
    FinishReason reason = dialogue.say(text, said::append);
    return said + " " + reason;
  }

  private String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  private void chat(HttpExchange exchange) throws IOException {
    requests.add(JSON.readTree(exchange.getRequestBody()));
    keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
    send(exchange, answer);
  }

  private void send(HttpExchange exchange, String body) throws IOException {
    exchange.sendResponseHeaders(status, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body.getBytes(StandardCharsets.UTF_8));
      out.flush();
      if (endless) {
        done.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String event(String delta, String reason) {
    String json = "{'choices': [{'index': 0, 'delta': %s, 'finish_reason': %s}]}";
    return "data: " + json.formatted(delta, reason).replace('\'', '"') + "\n\n";
  }
}

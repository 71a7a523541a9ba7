package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.server.http.AccessOptions;
import org.lmdeploy.server.http.Permissions;
import org.lmdeploy.server.http.ReportOptions;
import org.lmdeploy.server.http.anthropic.CountTokensEndpoint;
import org.lmdeploy.server.http.anthropic.MessagesEndpoint;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.lmdeploy.GenerateEndpoint;
import org.lmdeploy.server.http.lmdeploy.InteractiveEndpoint;
import org.lmdeploy.server.http.lmdeploy.Sessions;
import org.lmdeploy.server.http.openai.ChatEndpoint;
import org.lmdeploy.server.http.openai.CompletionEndpoint;
import org.lmdeploy.server.http.openai.DetokenizeEndpoint;
import org.lmdeploy.server.http.openai.EncodeEndpoint;
import org.lmdeploy.server.http.openai.TokenizeEndpoint;
import org.lmdeploy.server.http.openapi.ApiDescription;
import org.lmdeploy.server.http.openapi.Operation;
import org.lmdeploy.server.http.responses.ResponsesEndpoint;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The description says what the server does, no more and no less. */
class ApiDescriptionTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The least that a route's body must have. */
  private static String minimum(String path) {
    return switch (path) {
      case "/v1/chat/completions" -> "{\"messages\":\"hi\"}";
      case "/v1/completions", "/tokenize", "/generate", "/v1/chat/interactive" ->
          "{\"prompt\":\"hi\"}";
      case "/v1/responses" -> "{\"input\":\"hi\"}";
      case "/v1/encode" -> "{\"input\":\"hi\"}";
      case "/detokenize" -> "{\"tokens\":[65]}";
      case "/v1/messages", "/v1/messages/count_tokens" ->
          "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
      default -> "{}";
    };
  }

  private static Operation operation(String path) {
    return ApiDescription.operations().stream()
        .filter(each -> each.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private static ObjectNode fields(String path) {
    return operation(path).request().orElseThrow().properties();
  }

  @Test
  void everyRouteIsDescribedAndTheReverse() {
    Set<String> described =
        ((LmHttpServer) server.server)
            .operations().stream()
                .map(each -> each.method() + " " + each.path())
                .collect(Collectors.toCollection(TreeSet::new));
    Set<String> routes = new TreeSet<>(((LmHttpServer) server.server).routes());
    routes.removeIf(route -> route.startsWith("HEAD ")); // of what GET is described
    assertEquals(described, routes);
  }

  @Test
  void everyFieldThatIsReadIsDescribed() {
    Map<String, Consumer<Fields>> readers =
        Map.of(
            "/v1/chat/completions",
            new ChatEndpoint(server.manager, MediaPolicy.DEFAULT)::plan,
            "/v1/completions",
            new CompletionEndpoint(server.manager)::plan,
            "/v1/responses",
            new ResponsesEndpoint(server.manager, MediaPolicy.DEFAULT)::plan,
            "/generate",
            new GenerateEndpoint(server.manager, MediaPolicy.DEFAULT)::plan,
            "/v1/chat/interactive",
            new InteractiveEndpoint(
                    server.manager,
                    MediaPolicy.DEFAULT,
                    new Sessions(1, Duration.ofMinutes(1), System::nanoTime))
                ::plan,
            "/v1/messages",
            new MessagesEndpoint(server.manager, MediaPolicy.DEFAULT)::plan,
            "/v1/messages/count_tokens",
            body ->
                new CountTokensEndpoint(server.manager, MediaPolicy.DEFAULT)
                    .answer(body, new ByteArrayOutputStream()),
            "/v1/encode",
            body -> new EncodeEndpoint(server.manager).answer(body, new ByteArrayOutputStream()),
            "/tokenize",
            body -> new TokenizeEndpoint(server.manager).answer(body, new ByteArrayOutputStream()),
            "/detokenize",
            body ->
                new DetokenizeEndpoint(server.manager).answer(body, new ByteArrayOutputStream()));
    readers.forEach(
        (path, reader) -> {
          RecordingNode body = new RecordingNode(minimum(path));
          reader.accept(Fields.of(body, ""));
          Set<String> undescribed = new TreeSet<>(body.asked);
          undescribed.removeAll(fields(path).propertyNames());
          assertEquals(Set.of(), undescribed, path);
        });
  }

  /** A value that no field takes is refused by name, so that the field is known to be read. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/responses",
        "/generate",
        "/v1/chat/interactive",
        "/v1/messages",
        "/v1/messages/count_tokens",
        "/v1/encode",
        "/tokenize",
        "/detokenize",
        "/abort_request"
      })
  void everyDescribedFieldIsKnown(String path) throws Exception {
    try (TestServer aborting = path.equals("/abort_request") ? abortingServer() : null) {
      TestServer target = aborting == null ? server : aborting;
      for (String field : fields(path).propertyNames()) {
        RecordingNode body = new RecordingNode(minimum(path));
        body.putObject(field).put("strange", true);
        TestServer.Reply reply = target.post(path, body.toString());
        assertNotEquals(500, reply.status(), reply.text());
        assertFalse(reply.text().contains("there is no field " + field + ";"), reply.text());
      }
      TestServer.Reply reply = target.post(path, "{\"strange\":1}");
      assertEquals(400, reply.status(), reply.text());
    }
  }

  private static TestServer abortingServer() {
    return new TestServer(
        TestServer.OPTIONS.withAccess(
            new AccessOptions(
                List.of(), Optional.empty(), new Permissions(true, true, true, false))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/messages",
        "/v1/responses",
        "/generate"
      })
  void numbersHaveTheRangesThatAreDescribed(String path) throws Exception {
    for (Map.Entry<String, JsonNode> field : fields(path).properties()) {
      JsonNode schema = field.getValue();
      if (schema.has("minimum")) {
        double least = schema.get("minimum").doubleValue();
        assertTaken(path, field.getKey(), least);
        assertRefused(path, field.getKey(), least - 1);
      }
      if (schema.has("maximum")) {
        double most = schema.get("maximum").doubleValue();
        assertTaken(path, field.getKey(), most);
        assertRefused(path, field.getKey(), most + 1);
      }
      if (schema.has("exclusiveMinimum")) {
        assertRefused(path, field.getKey(), schema.get("exclusiveMinimum").doubleValue());
      }
    }
  }

  private static TestServer.Reply with(String path, String field, double value) throws Exception {
    RecordingNode body = new RecordingNode(minimum(path));
    body.put(field, value);
    if (field.equals("top_logprobs") && path.equals(TestServer.CHAT)) {
      body.put("logprobs", true);
    }
    return server.post(path, body.toString());
  }

  private static void assertTaken(String path, String field, double value) throws Exception {
    TestServer.Reply reply = with(path, field, value);
    assertEquals(200, reply.status(), field + " " + value + ": " + reply.text());
  }

  private static void assertRefused(String path, String field, double value) throws Exception {
    TestServer.Reply reply = with(path, field, value);
    assertEquals(400, reply.status(), field + " " + value + ": " + reply.text());
    String message = reply.json().get("error").get("message").stringValue();
    assertTrue(message.startsWith(field), reply.text());
  }

  @Test
  void thePageAndItsFilesAreServed() throws Exception {
    TestServer.Reply page = server.get("/docs");
    assertEquals(200, page.status());
    assertTrue(page.header("Content-Type").startsWith("text/html"));
    for (String file : page.text().split("\"")) {
      if (file.startsWith("docs/")) {
        assertEquals(200, server.get("/" + file).status(), file);
      }
    }
    assertTrue(page.text().contains("docs/swagger-ui-bundle.js"));
    assertEquals(404, server.get("/docs/none.js").status());
    assertEquals(404, server.get("/docs/..%2fdocs.html").status());
    assertTrue(server.get("/docs/docs.js").text().contains("openapi.json"));
    assertEquals("3.1.0", server.get("/openapi.json").json().get("openapi").stringValue());
  }

  @Test
  void docsAndMetricsCanBeTurnedOff() throws Exception {
    try (TestServer silent =
        new TestServer(
            TestServer.OPTIONS.withReport(new ReportOptions(false, false, OptionalInt.empty())))) {
      for (String path : new String[] {"/docs", "/docs/docs.js", "/openapi.json", "/metrics"}) {
        assertEquals(404, silent.get(path).status(), path);
      }
    }
    try (TestServer documented =
        new TestServer(
            TestServer.OPTIONS.withReport(new ReportOptions(false, true, OptionalInt.empty())))) {
      assertFalse(documented.get("/openapi.json").json().get("paths").has("/metrics"));
    }
  }

  /** By Node, for want of an independent parser in Java that is light. */
  @Test
  void aParserTakesTheDescriptionAndAnswersAreAsItSays() throws Exception {
    NodeClient.assume();
    try (TestServer scripted = new TestServer()) {
      scripted.model.script(
          (prompt, config) ->
              (config.logprobs() < 0
                      ? new FakeStream().text("A")
                      : new FakeStream().logprobs("A", new TokenLogprobs(65, -0.5f, List.of())))
                  .text("")
                  .finish(FinishReason.LENGTH));
      NodeClient.run("openapi.test.js", Map.of("BASE_URL", scripted.server.url()));
    }
  }
}

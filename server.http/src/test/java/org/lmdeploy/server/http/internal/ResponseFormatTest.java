package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.StandaloneModelManager;
import org.lmdeploy.server.http.RunningServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers held to a format over HTTP, from the demo model, which knows nothing of JSON and draws
 * from a flat distribution: whatever is right is so by the format.
 */
@Timeout(300)
class ResponseFormatTest {
  private static final String SCHEMA =
      """
      {"type":"object","properties":{
        "colour":{"enum":["red","green","blue"]},
        "count":{"type":"integer","minimum":1,"maximum":12},
        "name":{"type":"string","maxLength":8},
        "sizes":{"type":"array","items":{"type":"number","minimum":0,"exclusiveMaximum":1},"maxItems":3},
        "when":{"anyOf":[{"type":"string","format":"date"},{"type":"null"}]}},
      "required":["colour","count","name","sizes","when"],"additionalProperties":false}
      """;

  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static StandaloneModelManager manager;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    manager = StandaloneModelManager.open(ResponseFormatTest.class.getClassLoader());
    server = new HttpServers(manager.models()).start(TestServer.OPTIONS);
    manager.models().load(LoadOptions.of("tiny-internvl2"), stage -> {});
  }

  @AfterAll
  static void stop() {
    server.stop();
    manager.close();
    CLIENT.shutdownNow();
  }

  private static String post(String path, String fields) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{" + fields + "}"))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static String chat(String format, String more) throws Exception {
    return post(
        TestServer.CHAT,
        "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"temperature\":1.5,"
            + "\"response_format\":"
            + format
            + more);
  }

  private static String schemaFormat(String schema) {
    return "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"strict\":true,\"schema\":"
        + schema
        + "}}";
  }

  private static void assertValid(String text) {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(SCHEMA);
    assertEquals("[]", schema.validate(text, InputFormat.JSON).toString(), text);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void answersFulfilTheSchema(int seed) throws Exception {
    JsonNode answer =
        JSON.readTree(chat(schemaFormat(SCHEMA), ",\"n\":4,\"max_tokens\":300,\"seed\":" + seed));
    assertEquals(4, answer.path("choices").size(), answer::toString);
    for (JsonNode choice : answer.path("choices")) {
      assertEquals("stop", choice.path("finish_reason").asString(), choice::toString);
      assertValid(choice.at("/message/content").asString());
    }
    String first = answer.at("/choices/0/message/content").asString();
    String second = answer.at("/choices/1/message/content").asString();
    assertTrue(!first.equals(second), "two answers drawn apart are the same: " + first);
  }

  @Test
  void streamedAnswersFulfilTheSchema() throws Exception {
    String events = chat(schemaFormat(SCHEMA), ",\"stream\":true,\"max_tokens\":300,\"seed\":7");
    String text =
        events
            .lines()
            .filter(line -> line.startsWith("data: {"))
            .map(line -> JSON.readTree(line.substring("data: ".length())))
            .map(chunk -> chunk.at("/choices/0/delta/content").asString(""))
            .collect(Collectors.joining());
    assertTrue(events.contains("data: [DONE]"), events);
    assertValid(text);
  }

  @Test
  void greedyAnswersFulfilTheSchema() throws Exception {
    JsonNode answer =
        JSON.readTree(
            post(
                TestServer.CHAT,
                "\"messages\":\"Hello\",\"temperature\":0,\"max_tokens\":300,\"response_format\":"
                    + schemaFormat(SCHEMA)));
    assertEquals("stop", answer.at("/choices/0/finish_reason").asString(), answer::toString);
    assertValid(answer.at("/choices/0/message/content").asString());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void aJsonObject(int seed) throws Exception {
    JsonNode answer =
        JSON.readTree(chat("{\"type\":\"json_object\"}", ",\"max_tokens\":400,\"seed\":" + seed));
    String text = answer.at("/choices/0/message/content").asString();
    if (answer.at("/choices/0/finish_reason").asString().equals("stop")) {
      assertTrue(JSON.readTree(text).isObject(), text);
    } else {
      assertTrue(text.startsWith("{"), text);
    }
  }

  @Test
  void aRegularExpressionInACompletion() throws Exception {
    JsonNode answer =
        JSON.readTree(
            post(
                "/v1/completions",
                "\"prompt\":[\"Hello\",\"A\"],\"temperature\":1.5,\"seed\":3,\"max_tokens\":64,"
                    + "\"response_format\":{\"type\":\"regex_schema\","
                    + "\"regex_schema\":\"(red|blue) [0-9]{3}-[a-z]{2,5}!\"}"));
    assertEquals(2, answer.path("choices").size(), answer::toString);
    for (JsonNode choice : answer.path("choices")) {
      String text = choice.path("text").asString();
      assertTrue(text.matches("(red|blue) [0-9]{3}-[a-z]{2,5}!"), text);
      assertEquals("stop", choice.path("finish_reason").asString());
    }
  }

  @Test
  void aKeywordThatCannotBeGuaranteedIsNamed() throws Exception {
    for (String stream : new String[] {"", ",\"stream\":true"}) {
      JsonNode answer = JSON.readTree(chat(schemaFormat("{\"not\":{\"type\":\"null\"}}"), stream));
      assertEquals("unsupported_feature", answer.at("/error/code").asString(), answer::toString);
      assertEquals("response_format", answer.at("/error/param").asString());
      assertTrue(answer.at("/error/message").asString().contains("#/not"), answer::toString);
    }
  }

  @Test
  void anExplodingFormatIsRefused() throws Exception {
    JsonNode answer =
        JSON.readTree(
            chat("{\"type\":\"regex_schema\",\"regex_schema\":\"(a{1,1000}){1,1000}\"}", ""));
    assertEquals("invalid_request_error", answer.at("/error/type").asString(), answer::toString);
    assertTrue(answer.at("/error/message").asString().contains("larger"), answer::toString);
  }
}

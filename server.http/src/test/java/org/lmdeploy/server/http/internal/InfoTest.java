package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.server.http.CorsOptions;
import tools.jackson.databind.JsonNode;

class InfoTest {
  private final TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void listsModels() throws Exception {
    server.with(new FakeModel("org/other"));
    JsonNode json = server.get("/v1/models").json();
    assertEquals("list", json.get("object").stringValue());
    assertEquals(
        "{\"id\":\"fake\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"lmdeploy\","
            + "\"root\":\"fake\",\"parent\":null,\"max_model_len\":2048,"
            + "\"input_modalities\":[\"text\",\"image\"]}",
        json.get("data").get(0).toString());
    assertEquals("org/other", server.get("/v1/models/org/other").json().get("id").stringValue());
    assertEquals("org/other", server.get("/v1/models/org%2Fother").json().get("id").stringValue());
    assertEquals(404, server.get("/v1/models/none").status());
  }

  @Test
  void severalModelsMustBeNamed() throws Exception {
    server.with(new FakeModel("other"));
    TestServer.Reply reply = server.chat("\"n\":1");
    assertEquals(400, reply.status());
    assertTrue(reply.text().contains("fake, other"), reply.text());
    assertEquals("other", server.chat("\"model\":\"other\"").json().get("model").stringValue());
  }

  @Test
  void isUnavailableUntilAModelIsLoaded() throws Exception {
    server.manager.models.clear();
    TestServer.Reply health = server.get("/health");
    assertEquals(503, health.status());
    assertEquals("{\"status\":\"starting\",\"models\":[]}", health.text());
    TestServer.Reply chat = server.chat("\"model\":\"fake\"");
    assertEquals(503, chat.status());
    assertEquals("engine_unavailable", chat.json().get("error").get("code").stringValue());
    server.manager.models.add(server.model);
    health = server.get("/health");
    assertEquals(200, health.status());
    assertEquals("{\"status\":\"healthy\",\"models\":[\"fake\"]}", health.text());
  }

  @Test
  void saysWhatItIs() throws Exception {
    TestServer.Reply reply = server.get("/");
    assertEquals(200, reply.status());
    assertTrue(reply.header("Content-Type").startsWith("text/html"));
    assertTrue(reply.text().contains("/v1/chat/completions"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/v1/chat/completions,405,method_not_allowed",
    "DELETE,/v1/models,405,method_not_allowed",
    "POST,/health,405,method_not_allowed",
    "OPTIONS,/health,405,method_not_allowed",
    "GET,/v2,404,not_found",
    "POST,/v1/embedding,404,not_found",
    "BREW,/health,405,method_not_allowed"
  })
  void wrongRoutes(String method, String path, int status, String code) throws Exception {
    TestServer.Reply reply =
        server.send(server.request(path).method(method, HttpRequest.BodyPublishers.noBody()));
    assertEquals(status, reply.status(), reply.text());
    assertEquals(code, reply.json().get("error").get("code").stringValue());
    if (status == 405) {
      assertTrue(reply.header("Allow").matches("(GET|POST)(, HEAD)?"), reply.header("Allow"));
    }
  }

  @Test
  void pagesOfAllOriginsMayCall() throws Exception {
    TestServer.Reply preflight = preflight(server);
    assertEquals(204, preflight.status());
    assertEquals("*", preflight.header("Access-Control-Allow-Origin"));
    assertTrue(preflight.header("Access-Control-Allow-Methods").contains("POST"));
    assertEquals("content-type, x-own", preflight.header("Access-Control-Allow-Headers"));
    TestServer.Reply error =
        server.send(server.request("/nothing").header("Origin", "http://a.example").GET());
    assertEquals("*", error.header("Access-Control-Allow-Origin"));
  }

  @Test
  void otherOriginsAreRefused() throws Exception {
    CorsOptions cors =
        new CorsOptions(List.of("http://b.example"), true, List.of("POST"), List.of("x-b"));
    try (TestServer strict = new TestServer(TestServer.OPTIONS.withCors(cors))) {
      TestServer.Reply preflight = preflight(strict);
      assertEquals(403, preflight.status());
      assertEquals("", preflight.header("Access-Control-Allow-Origin"));
      TestServer.Reply allowed =
          strict.send(strict.request("/health").header("Origin", "http://b.example").GET());
      assertEquals("http://b.example", allowed.header("Access-Control-Allow-Origin"));
      assertEquals("true", allowed.header("Access-Control-Allow-Credentials"));
      assertEquals("Origin", allowed.header("Vary"));
    }
  }

  private static TestServer.Reply preflight(TestServer to) throws Exception {
    return to.send(
        to.request(TestServer.CHAT)
            .header("Origin", "http://a.example")
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type, x-own")
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
  }
}

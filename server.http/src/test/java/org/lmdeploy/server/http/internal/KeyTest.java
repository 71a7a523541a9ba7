package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.server.http.AccessOptions;
import tools.jackson.databind.JsonNode;

class KeyTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    AccessOptions access = new AccessOptions(List.of("sk-one", "sk-two"), Optional.empty());
    server = new TestServer(TestServer.OPTIONS.withAccess(access));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static TestServer.Reply ask(String authorization) throws Exception {
    return server.send(
        server
            .request(TestServer.CHAT)
            .header("Authorization", authorization)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(TestServer.chatBody("hi", ""))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer sk-one", "Bearer sk-two", "bearer  sk-two"})
  void eachKeyOpens(String authorization) throws Exception {
    TestServer.Reply reply = ask(authorization);
    assertEquals(200, reply.status(), reply.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer sk-on", "Bearer sk-one1", "Bearer SK-ONE", "Bearer sk-one sk-two"})
  void anyOtherIsRefused(String authorization) throws Exception {
    expectRefusal(ask(authorization), "the API key is wrong");
  }

  /** Jetty's parser remembers the headers of a connection, and by itself not their letter case. */
  @Test
  void letterCaseMattersOnOneConnection() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertEquals(401, ask("Bearer SK-ONE").status());
      assertEquals(200, ask("Bearer sk-one").status());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-one", "Basic sk-one", "Bearer ", "Bearersk-one"})
  void whatIsNoBearerTokenIsNoKey(String authorization) throws Exception {
    expectRefusal(ask(authorization), "no API key was given");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/models", "/v1/models/fake", "/nothing", "/health/x", "//health"})
  void everyPathNeedsOne(String path) throws Exception {
    expectRefusal(server.get(path), "no API key was given");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health"})
  void someNeedNone(String path) throws Exception {
    assertEquals(200, server.get(path).status());
  }

  @Test
  void aBrowsersQuestionNeedsNone() throws Exception {
    TestServer.Reply preflight =
        server.send(
            server
                .request(TestServer.CHAT)
                .header("Origin", "http://a.example")
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    assertEquals(204, preflight.status());
    TestServer.Reply refused =
        server.send(server.request("/v1/models").header("Origin", "http://a.example").GET());
    assertEquals(401, refused.status());
    assertEquals("*", refused.header("Access-Control-Allow-Origin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "ünïcode", "line\nbreak"})
  void keysThatNoHeaderCanCarryAreRefused(String key) {
    InvalidRequestException refused =
        assertThrows(
            InvalidRequestException.class,
            () -> new AccessOptions(List.of("fine", key), Optional.empty()));
    assertTrue(refused.getMessage().startsWith("API key 2 cannot"), refused.getMessage());
  }

  @Test
  void keysAreNotShown() {
    AccessOptions access = new AccessOptions(List.of("sk-secret"), Optional.empty());
    assertFalse(TestServer.OPTIONS.withAccess(access).toString().contains("sk-secret"));
  }

  private static void expectRefusal(TestServer.Reply reply, String message) {
    assertEquals(401, reply.status(), reply.text());
    assertEquals("Bearer", reply.header("WWW-Authenticate"));
    JsonNode error = reply.json().get("error");
    assertEquals("invalid_api_key", error.get("code").stringValue());
    assertEquals("invalid_request_error", error.get("type").stringValue());
    assertTrue(error.get("param").isNull());
    assertTrue(error.get("message").stringValue().startsWith(message), reply.text());
    assertFalse(reply.text().contains("sk-"), reply.text());
  }
}

package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.server.http.AccessOptions;
import org.lmdeploy.server.http.LimitOptions;
import org.lmdeploy.server.http.Permissions;

/** Loading and unloading while serving, ending the server, unknown fields; all off by default. */
class AdminTest {
  private final TestServer server =
      new TestServer(
          TestServer.OPTIONS
              .withLimits(LimitOptions.DEFAULT.withMaxConcurrentRequests(1))
              .withAccess(
                  new AccessOptions(
                      List.of(), Optional.empty(), new Permissions(false, true, true, true))));

  @AfterEach
  void stop() {
    server.close();
  }

  private TestServer.Reply post(String path, String body) throws Exception {
    return server.post(path, body.replace('\'', '"'));
  }

  @Test
  void modelsComeAndGo() throws Exception {
    TestServer.Reply reply =
        post(
            "/v1/models/load",
            "{'model':'folder','name':'two','session_len':99,'enable_prefix_caching':true}");
    assertEquals(200, reply.status(), reply.text());
    assertEquals("two", reply.json().at("/model/id").stringValue());
    assertEquals("[\"made of nothing\"]", reply.json().get("why").toString());
    assertEquals("[\"loading folder\"]", reply.json().get("progress").toString());
    LoadOptions options = server.manager.loaded.getLast();
    assertEquals(99, options.engine().sessionLen().getAsInt());
    assertTrue(options.engine().enablePrefixCaching());
    assertEquals(200, server.chat("\"model\":\"two\"").status());
    assertEquals("model", server.chat("").json().at("/error/param").stringValue());
    reply = post("/v1/models/load", "{'model':'folder','name':'two'}");
    assertEquals(409, reply.status(), reply.text());
    assertEquals("request_conflict", reply.json().at("/error/code").stringValue());
    assertEquals(
        "{'unloaded':'two'}",
        post("/v1/models/unload", "{'name':'two'}").text().replace('"', '\''));
    assertEquals(404, server.chat("\"model\":\"two\"").status());
    assertEquals(404, post("/v1/models/unload", "{'name':'two'}").status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/models/load|{}|model",
        "/v1/models/load|{'model':''}|model",
        "/v1/models/load|{'model':5}|model",
        "/v1/models/load|{'model':'a','session_len':0}|session_len",
        "/v1/models/load|{'model':'a','cache_max_entry_count':-1}|cache_max_entry_count",
        "/v1/models/load|{'model':'a','enable_prefix_caching':1}|enable_prefix_caching",
        "/v1/models/unload|{}|name",
      })
  void wrongFieldsAreNamed(String path, String body, String parameter) throws Exception {
    TestServer.Reply reply = post(path, body);
    assertEquals(400, reply.status(), reply.text());
    assertEquals(parameter, reply.json().at("/error/param").stringValue());
  }

  @Test
  void terminationIsToldToWhoStartedTheServer() throws Exception {
    assertFalse(server.server.termination().toCompletableFuture().isDone());
    assertEquals(200, server.get("/terminate").status());
    server.server.termination().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void unknownFieldsOfTheBodyAreIgnored() throws Exception {
    String body = "{'x':1,'messages':[{'role':'user','content':'a'}]}";
    assertEquals(200, post(TestServer.CHAT, body).status());
    assertEquals(400, server.chat("\"temperature\":9,\"x\":1").status());
    try (TestServer strict = new TestServer()) {
      assertEquals(400, strict.post(TestServer.CHAT, body.replace('\'', '"')).status());
    }
  }

  @Test
  void allOfItIsOffByDefault() throws Exception {
    try (TestServer usual = new TestServer()) {
      TestServer.Reply reply = usual.post("/v1/models/load", "{\"model\":\"a\"}");
      assertEquals(501, reply.status());
      assertTrue(reply.text().contains("--enable-model-admin"), reply.text());
      assertEquals(501, usual.post("/v1/models/unload", "{\"name\":\"fake\"}").status());
      reply = usual.get("/terminate");
      assertEquals(501, reply.status());
      assertTrue(reply.text().contains("--allow-terminate-by-client"), reply.text());
      assertFalse(usual.server.termination().toCompletableFuture().isDone());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/embeddings",
        "/pooling",
        "/sleep",
        "/wakeup",
        "/update_weights",
        "/init_weights_update_group",
        "/update_weights_from_distributed",
        "/destroy_weights_update_group",
        "/distserve/p2p_initialize",
        "/distserve/p2p_connect",
        "/distserve/p2p_drop_connect",
        "/distserve/free_cache"
      })
  void whatThereIsNotIsRefusedByName(String path) throws Exception {
    TestServer.Reply reply = post(path, "{'input':'a'}");
    assertEquals(400, reply.status(), reply.text());
    assertEquals("unsupported_feature", reply.json().at("/error/code").stringValue());
    assertTrue(reply.text().contains(path + " is not supported"), reply.text());
  }

  @Test
  void nothingSleeps() throws Exception {
    assertEquals("{\"is_sleeping\":false}", server.get("/is_sleeping").text());
    assertEquals(400, server.get("/distserve/engine_info").status());
  }
}

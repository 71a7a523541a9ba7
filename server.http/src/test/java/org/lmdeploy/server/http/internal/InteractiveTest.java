package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.server.http.LimitOptions;

/** Conversations that the server keeps. The fake model counts 7 tokens for each question. */
class InteractiveTest {
  private static final String PATH = "/v1/chat/interactive";
  private final TestServer server =
      new TestServer(
          TestServer.OPTIONS.withLimits(
              LimitOptions.DEFAULT.withSessions(2, Duration.ofMinutes(1))));

  @AfterEach
  void stop() {
    server.close();
  }

  private static String json(String fields) {
    return "{" + fields.replace('\'', '"') + "}";
  }

  private TestServer.Reply post(String fields) throws Exception {
    return server.post(PATH, json(fields));
  }

  private int history(int session) throws Exception {
    TestServer.Reply reply = post("'prompt':'q','interactive_mode':true,'session_id':" + session);
    assertEquals(200, reply.status(), reply.text());
    return reply.json().get("history_tokens").intValue();
  }

  private CompletableFuture<HttpResponse<String>> later(String fields) {
    return server.client.sendAsync(
        server
            .request(PATH)
            .header("Content-Type", "application/json")
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString(json(fields)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void awaitCalls(int count) throws InterruptedException {
    while (server.model.calls.size() < count) {
      Thread.sleep(5);
    }
  }

  @Test
  void withoutASessionNothingIsKept() throws Exception {
    String answer =
        "{'text':'Héllo','tokens':2,'input_tokens':7,'history_tokens':0,'cached_tokens':3,"
            + "'finish_reason':'stop'}";
    for (int i = 0; i < 2; i++) {
      assertEquals(answer, post("'prompt':'hi'").text().replace('"', '\''));
    }
    assertEquals(2048, server.model.lastCall().config().maxNewTokens());
  }

  @Test
  void sessionsGoOnUntilTheyAreEnded() throws Exception {
    assertEquals(0, history(1));
    assertEquals(9, history(1));
    assertEquals(0, history(2));
    assertEquals(18, history(1));
    TestServer.Reply reply = post("'prompt':'','session_id':1");
    assertEquals("stop", reply.json().get("finish_reason").stringValue());
    assertEquals(0, reply.json().get("tokens").intValue());
    assertEquals(0, history(1));
    // a turn without interactive_mode is the last one
    reply = post("'prompt':'q','session_id':2");
    assertEquals(9, reply.json().get("history_tokens").intValue());
    assertEquals(0, history(2));
  }

  @Test
  void eventsCountUp() throws Exception {
    history(0);
    String events =
        post("'prompt':'q','interactive_mode':true,'session_id':0,'stream':true")
            .text()
            .replace('"', '\'');
    String counts = "'input_tokens':7,'history_tokens':9,'cached_tokens':3,'finish_reason':";
    assertEquals(
        "data: {'text':'Hé','tokens':1,"
            + counts
            + "null}\n\ndata: {'text':'llo','tokens':2,"
            + counts
            + "null}\n\ndata: {'text':'','tokens':2,"
            + counts
            + "'stop'}\n\ndata: [DONE]\n\n",
        events);
    assertEquals(18, history(0));
  }

  @Test
  void messagesAndImagesAreTaken() throws Exception {
    post("'prompt':'q','image_url':['data:,a','data:,b'],'request_output_len':5,'top_k':3");
    ChatRequest request = (ChatRequest) server.model.lastCall().prompt();
    assertEquals(2, request.messages().getFirst().images().size());
    assertEquals(5, server.model.lastCall().config().maxNewTokens());
    assertEquals(3, server.model.lastCall().config().topK());
    post("'prompt':[{'role':'system','content':'s'},{'role':'user','content':'u'}]");
    request = (ChatRequest) server.model.lastCall().prompt();
    assertEquals(2, request.messages().size());
  }

  @Test
  void aSessionThatIsAnsweringIsNotDisturbedAndCanBeCancelled() throws Exception {
    server.model.script((prompt, config) -> new FakeStream().text("a"));
    CompletableFuture<HttpResponse<String>> answer =
        later("'prompt':'q','interactive_mode':true,'session_id':5");
    awaitCalls(1);
    for (String other : new String[] {"'prompt':'q'", "'prompt':''"}) {
      TestServer.Reply refused = post(other + ",'session_id':5");
      assertEquals(409, refused.status(), refused.text());
      assertEquals("request_conflict", refused.json().at("/error/code").stringValue());
    }
    assertEquals(200, post("'cancel':true,'session_id':5").status());
    assertEquals(200, answer.join().statusCode());
    assertTrue(answer.join().body().contains("\"finish_reason\":\"abort\""), answer.join().body());
    server.model.script((prompt, config) -> new FakeStream().finish(FinishReason.STOP));
    int history = history(5);
    assertTrue(history >= 7, "what was said before it was cancelled is kept: " + history);
  }

  @Test
  void aTurnThatFailsChangesNothing() throws Exception {
    history(1);
    server.model.script(
        (prompt, config) -> new FakeStream().text("a").fail(new DeviceFailureException("broken")));
    assertEquals(500, post("'prompt':'q','interactive_mode':true,'session_id':1").status());
    assertEquals(500, post("'prompt':'q','interactive_mode':true,'session_id':9").status());
    server.model.script((prompt, config) -> new FakeStream().text("a").finish(FinishReason.STOP));
    assertEquals(9, history(1));
    assertEquals(0, history(9));
  }

  @Test
  void thereAreOnlySoMany() throws Exception {
    history(1);
    history(2);
    TestServer.Reply reply = post("'prompt':'q','interactive_mode':true,'session_id':3");
    assertEquals(429, reply.status(), reply.text());
    assertTrue(reply.text().contains("--max-sessions"), reply.text());
    assertEquals(200, post("'prompt':'q'").status());
    post("'prompt':'','session_id':1");
    assertEquals(0, history(3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'session_id':1|prompt|missing",
        "'prompt':5|prompt|a list of messages",
        "'prompt':[]|prompt|at least one",
        "'prompt':''|session_id|missing",
        "'prompt':'a','interactive_mode':true|session_id|missing",
        "'prompt':'','interactive_mode':true,'session_id':1|prompt|interactive_mode must be false",
        "'cancel':true|session_id|missing",
        "'prompt':'a','session_id':-2|session_id|at least 0",
        "'prompt':'a','session_id':'x'|session_id|64 bits",
        "'prompt':'a','image_url':'file:///x'|image_url|data:, http: and https:",
        "'prompt':[{'role':'user','content':'a'}],'image_url':'data:,'|image_url|beside messages",
        "'prompt':'a','request_output_len':-1|request_output_len|at least 0",
        "'prompt':'a','top_p':1.01|top_p|at most 1",
        "'prompt':'a','adapter_name':'x'|adapter_name|not supported",
        "'prompt':'a','messages':[]|messages|no field",
      })
  void wrongFieldsAreNamed(String fields, String parameter, String message) throws Exception {
    TestServer.Reply reply = post(fields);
    assertEquals(400, reply.status(), reply.text());
    assertEquals(parameter, reply.json().at("/error/param").stringValue(), reply.text());
    assertTrue(reply.text().contains(message), reply.text());
  }

  @Test
  void aModelThatWasLoadedAnewKnowsNothing() throws Exception {
    history(1);
    server.manager.models.set(0, new FakeModel("fake"));
    assertEquals(0, history(1));
  }
}

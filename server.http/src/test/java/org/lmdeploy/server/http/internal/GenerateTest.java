package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.runtime.ChatRequest;

/** LMDeploy's native form, and the fields by which chats show and take token ids. */
class GenerateTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void script() {
    server.model.script(
        (prompt, config) ->
            config.logprobs() < 0
                ? new FakeStream().text("Hé").text("llo").finish(FinishReason.LENGTH)
                : new FakeStream()
                    .logprobs("Hé", new TokenLogprobs(72, -0.5f, List.of()))
                    .logprobs("", new TokenLogprobs(195, Float.NEGATIVE_INFINITY, List.of()))
                    .finish(FinishReason.STOP));
  }

  private static TestServer.Reply generate(String fields) throws Exception {
    return server.post("/generate", "{" + fields.replace('\'', '"') + "}");
  }

  @Test
  void aText() throws Exception {
    TestServer.Reply reply = generate("'prompt':'a'");
    assertEquals(
        "{'text':'Héllo','output_ids':[1,1],'meta_info':{'prompt_tokens':7,'completion_tokens':2,"
            + "'finish_reason':{'type':'length'},'output_token_logprobs':null}}",
        reply.text().replace('"', '\''));
    assertEquals("a", server.model.lastCall().prompt());
    assertEquals(128, server.model.lastCall().config().maxNewTokens());
  }

  @Test
  void tokenIdsWithLogProbabilities() throws Exception {
    TestServer.Reply reply = generate("'input_ids':[104,105],'return_logprob':true,'max_tokens':3");
    assertEquals(200, reply.status(), reply.text());
    assertEquals("[72,195]", reply.json().get("output_ids").toString());
    assertEquals(
        "[[-0.5,72],[-9999.0,195]]",
        reply.json().at("/meta_info/output_token_logprobs").toString());
    assertEquals("stop", reply.json().at("/meta_info/finish_reason/type").stringValue());
    assertArrayEquals(new int[] {104, 105}, (int[]) server.model.lastCall().prompt());
  }

  @Test
  void eventsCountUp() throws Exception {
    String events = generate("'prompt':'a','stream':true").text().replace('"', '\'');
    assertEquals(
        "data: {'text':'Hé','output_ids':[1],'meta_info':{'prompt_tokens':7,'completion_tokens':1,"
            + "'finish_reason':null,'output_token_logprobs':null}}\n\n"
            + "data: {'text':'llo','output_ids':[1],'meta_info':{'prompt_tokens':7,"
            + "'completion_tokens':2,'finish_reason':null,'output_token_logprobs':null}}\n\n"
            + "data: {'text':'','output_ids':[],'meta_info':{'prompt_tokens':7,"
            + "'completion_tokens':2,'finish_reason':{'type':'length'},"
            + "'output_token_logprobs':null}}\n\n"
            + "data: [DONE]\n\n",
        events);
  }

  @Test
  void imagesStandBeforeTheText() throws Exception {
    generate(
        "'prompt':'a','image_data':['data:,x',{'url':'data:,y','detail':'low'}],"
            + "'mm_processor_kwargs':{'image':{'max_dynamic_patch':3}}");
    ChatRequest request = (ChatRequest) server.model.lastCall().prompt();
    assertEquals(2, request.messages().getFirst().images().size());
    assertTrue(
        request.messages().getFirst().images().stream()
            .allMatch(image -> image.maxDynamicPatch().orElse(0) == 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'max_tokens':1|prompt|exactly one of prompt and input_ids",
        "'prompt':'a','input_ids':[1]|prompt|exactly one",
        "'prompt':''|prompt|not empty",
        "'input_ids':[]|input_ids|at least one token id",
        "'input_ids':[256]|input_ids[0]|from 0 to 255",
        "'prompt':['a']|prompt|a string",
        "'prompt':'a','max_tokens':0|max_tokens|at least 1",
        "'prompt':'a','return_routed_experts':true|return_routed_experts|not supported",
        "'prompt':'a','messages':[]|messages|no field",
        "'prompt':'a','image_data':[5]|image_data[0]|a JSON object",
      })
  void wrongFieldsAreNamed(String fields, String parameter, String message) throws Exception {
    TestServer.Reply reply = generate(fields);
    assertEquals(400, reply.status(), reply.text());
    assertEquals(parameter, reply.json().at("/error/param").stringValue());
    assertTrue(reply.text().contains(message), reply.text());
  }

  @Test
  void choicesShowTheirTokens() throws Exception {
    TestServer.Reply reply = server.chat("\"return_token_ids\":true,\"return_logprob\":true");
    assertEquals("[72,195]", reply.json().at("/choices/0/output_ids").toString());
    assertEquals(
        "[[-0.5,72],[-9999.0,195]]",
        reply.json().at("/choices/0/output_token_logprobs").toString());
    assertTrue(reply.json().at("/choices/0/logprobs").isNull(), reply.text());
    String events = server.chat("\"return_token_ids\":true,\"stream\":true").text();
    assertEquals(2, events.split("\"output_ids\":\\[1\\]", -1).length - 1, events);
    reply = server.complete("\"prompt\":\"p\",\"return_token_ids\":true");
    assertEquals("[1,1]", reply.json().at("/choices/0/output_ids").toString());
    assertTrue(reply.json().at("/choices/0/output_token_logprobs").isMissingNode());
  }

  /** A token that brings no text yet is shown at once where tokens are wanted. */
  @Test
  void tokensWithoutTextAreEventsToo() throws Exception {
    String fields = "\"stream\":true,\"return_logprob\":true";
    assertTrue(server.chat(fields).text().contains("[[-9999.0,195]]"));
  }

  @Test
  void chatsTakeTokenIdsWhereThereAreNoMessages() throws Exception {
    String body = "{\"messages\":[],\"input_ids\":[104,105],\"image_data\":\"data:,\",\"n\":2}";
    TestServer.Reply reply = server.post(TestServer.CHAT, body);
    assertEquals(200, reply.status(), reply.text());
    assertArrayEquals(new int[] {104, 105}, (int[]) server.model.lastCall().prompt());
    reply = server.post(TestServer.CHAT, "{\"messages\":[],\"image_data\":\"data:,\"}");
    assertEquals("input_ids", reply.json().at("/error/param").stringValue());
  }

  @Test
  void chatsCanDoWithoutATemplate() throws Exception {
    String body =
        "{\"do_preprocess\":false,\"messages\":[{\"role\":\"system\",\"content\":\"a\"},"
            + "{\"role\":\"user\",\"content\":\"b\"}]}";
    StringBuilder seen = new StringBuilder();
    server.model.script(
        (prompt, config) -> {
          seen.append(prompt);
          return new FakeStream().finish(FinishReason.STOP);
        });
    assertEquals(200, server.post(TestServer.CHAT, body).status());
    assertEquals("ab", seen.toString());
  }

  @Test
  void seedsAreLongs() throws Exception {
    generate("'prompt':'a','seed':" + Long.MAX_VALUE);
    GenerationConfig config = server.model.lastCall().config();
    assertEquals(Long.MAX_VALUE, config.seed().getAsLong());
  }
}

package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.server.http.json.JsonBody;
import org.lmdeploy.server.http.openai.ChatEndpoint;
import org.lmdeploy.server.http.openai.CompletionEndpoint;
import org.lmdeploy.server.http.openai.Endpoint;

/**
 * Whatever is done to a request that was right, it is understood or refused, and never a defect.
 */
class MutationTest {
  private static final int ROUNDS = 5000;
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e999",
          "0.5",
          "99999999999999999999",
          "\"\"",
          "\"x\"",
          "[]",
          "{}",
          "[null]",
          "[[1]]",
          "{\"a\":null}",
          "[\"\"]",
          "\"\\ud800\"",
          "NaN",
          "-0.0",
          "[1e99]");
  private static final String CHAT =
      """
      {"model":"fake","messages":[{"role":"system","content":"s"},{"role":"user","content":[
      {"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:,","detail":"low"}}]},
      {"role":"assistant","content":null,"tool_calls":[]}],"temperature":0.5,"top_p":0.9,"top_k":4,
      "min_p":0.1,"max_tokens":5,"min_new_tokens":1,"stop":["a","b"],"stop_token_ids":[1],
      "bad_words":["w"],"seed":1,"n":2,"logprobs":true,"top_logprobs":2,"logit_bias":{"5":1},
      "presence_penalty":1,"frequency_penalty":1,"repetition_penalty":1.1,"ignore_eos":false,
      "stream":true,"stream_options":{"include_usage":true},"response_format":{"type":"text"},
      "chat_template_kwargs":{"a":[1,{"b":2}]},"tools":[],"tool_choice":"auto","user":"u"}\
      """;
  private static final String COMPLETION =
      """
      {"model":"fake","prompt":["a",[1,2]],"echo":true,"n":2,"best_of":2,"logprobs":null,
      "suffix":"","max_completion_tokens":3,"stop":"x","metadata":{"k":"v"},"seed":-1}\
      """;

  private final FakeManager manager = new FakeManager();

  MutationTest() {
    manager.models.add(new FakeModel("fake"));
  }

  @Test
  void chat() {
    check(new ChatEndpoint(manager, MediaPolicy.DEFAULT), CHAT);
  }

  @Test
  void completions() {
    check(new CompletionEndpoint(manager), COMPLETION);
  }

  private static void check(Endpoint endpoint, String right) {
    JsonBody json = new JsonBody(1 << 20);
    endpoint.plan(json.parse(bytes(right)));
    Random random = new Random(42);
    List<Integer> starts =
        IntStream.range(1, right.length())
            .filter(i -> ":[,".indexOf(right.charAt(i - 1)) >= 0)
            .boxed()
            .toList();
    int understood = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] body = mutated(right, starts, random);
      try {
        endpoint.plan(json.parse(body));
        understood++;
      } catch (LmDeployException e) {
        assertTrue(e.code().httpStatus() < 500, e::toString);
      } catch (RuntimeException e) {
        fail(new String(body, StandardCharsets.UTF_8), e);
      }
    }
    assertTrue(understood > ROUNDS / 100 && understood < ROUNDS, "understood " + understood);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] mutated(String right, List<Integer> starts, Random random) {
    if (random.nextInt(4) == 0) {
      byte[] body = bytes(right);
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      return body;
    }
    // another value in the place of one; quite often the result is JSON
    int start = starts.get(random.nextInt(starts.size()));
    int end = start;
    while (",]}".indexOf(right.charAt(end)) < 0) {
      end++;
    }
    String value = VALUES.get(random.nextInt(VALUES.size()));
    return bytes(right.substring(0, start) + value + right.substring(end));
  }
}

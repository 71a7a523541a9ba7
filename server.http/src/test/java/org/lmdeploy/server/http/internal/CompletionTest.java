package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.TokenLogprobs;
import tools.jackson.databind.JsonNode;

class CompletionTest {
  private final TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answersWithoutStreaming() throws Exception {
    JsonNode json = server.complete("\"prompt\":\"once\"").json();
    assertEquals("text_completion", json.get("object").stringValue());
    assertTrue(json.get("id").stringValue().startsWith("cmpl-"));
    assertEquals(
        "{\"index\":0,\"text\":\"Héllo\",\"finish_reason\":\"stop\",\"logprobs\":null}",
        json.get("choices").get(0).toString());
    assertEquals(16, server.model.lastCall().config().maxNewTokens());
    assertEquals("once", server.model.lastCall().prompt());
  }

  @Test
  void streams() throws Exception {
    String text = server.complete("\"prompt\":\"a\",\"echo\":true,\"stream\":true").text();
    List<String> choices =
        text.lines().filter(line -> line.contains("choices")).map(CompletionTest::choice).toList();
    assertEquals(
        List.of(
            "{\"index\":0,\"text\":\"a\",\"finish_reason\":null,\"logprobs\":null}",
            "{\"index\":0,\"text\":\"Hé\",\"finish_reason\":null,\"logprobs\":null}",
            "{\"index\":0,\"text\":\"llo\",\"finish_reason\":null,\"logprobs\":null}",
            "{\"index\":0,\"text\":\"\",\"finish_reason\":\"stop\",\"logprobs\":null}"),
        choices);
  }

  private static String choice(String line) {
    return line.replaceAll(".*\"choices\":\\[(.*)\\]\\}", "$1");
  }

  @Test
  void takesIdsAndLists() throws Exception {
    assertEquals(200, server.complete("\"prompt\":[104,105]").status());
    assertArrayEquals(new int[] {104, 105}, (int[]) server.model.lastCall().prompt());
    server.model.script(
        (prompt, config) -> new FakeStream().text("<" + prompt + ">").finish(FinishReason.STOP));
    JsonNode json = server.complete("\"prompt\":[\"x\",\"y\"],\"n\":2,\"echo\":true").json();
    List<String> texts =
        json.get("choices").valueStream().map(c -> c.get("text").stringValue()).toList();
    assertEquals(List.of("x<x>", "x<x>", "y<y>", "y<y>"), texts);
    assertEquals(14, json.get("usage").get("prompt_tokens").intValue());
    assertEquals(4, json.get("usage").get("completion_tokens").intValue());
    json = server.complete("\"prompt\":[[104],[105,106]],\"echo\":true").json();
    assertEquals("ij<ij>", json.get("choices").get(1).get("text").stringValue());
  }

  @Test
  void reportsLogprobs() throws Exception {
    server.model.script(
        (prompt, config) ->
            new FakeStream()
                .logprobs("A", logprobs(65, -0.5f))
                .logprobs("B", logprobs(66, -0.25f))
                .finish(FinishReason.STOP));
    JsonNode json = server.complete("\"prompt\":\"p\",\"logprobs\":1").json();
    assertEquals(
        "{\"tokens\":[\"A\",\"B\"],\"token_logprobs\":[-0.5,-0.25],"
            + "\"top_logprobs\":[{\"A\":-0.5},{\"B\":-0.25}],\"text_offset\":[0,1]}",
        json.get("choices").get(0).get("logprobs").toString());
    String stream = server.complete("\"prompt\":\"p\",\"logprobs\":1,\"stream\":true").text();
    assertTrue(stream.contains("\"text_offset\":[0]"), stream);
    assertTrue(stream.contains("\"text_offset\":[1]"), stream);
  }

  private static TokenLogprobs logprobs(int id, float value) {
    return new TokenLogprobs(id, value, List.of(new TokenLogprobs.Alternative(id, value)));
  }
}

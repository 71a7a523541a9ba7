package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.runtime.ChatRequest;
import tools.jackson.databind.JsonNode;

class ChatTest {
  private final TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answersWithoutStreaming() throws Exception {
    TestServer.Reply reply = server.chat("\"model\":\"fake\"");
    assertEquals(200, reply.status(), reply.text());
    assertEquals("application/json", reply.header("Content-Type"));
    JsonNode json = reply.json();
    assertEquals("chat.completion", json.get("object").stringValue());
    assertTrue(json.get("id").stringValue().startsWith("chatcmpl-"));
    assertTrue(json.get("system_fingerprint").stringValue().startsWith("fp_"));
    assertEquals("fake", json.get("model").stringValue());
    JsonNode choice = json.get("choices").get(0);
    assertEquals(
        "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Héllo\",\"refusal\":null},"
            + "\"logprobs\":null,\"finish_reason\":\"stop\"}",
        choice.toString());
    assertEquals(
        "{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":3}}",
        json.get("usage").toString());
  }

  @Test
  void streamsExactBytes() throws Exception {
    TestServer.Reply reply =
        server.chat("\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    assertEquals(200, reply.status());
    assertEquals("text/event-stream;charset=utf-8", reply.header("Content-Type"));
    String head =
        "data: {\"id\":\"ID\",\"object\":\"chat.completion.chunk\",\"created\":0,"
            + "\"model\":\"fake\",\"system_fingerprint\":\"FP\",\"choices\":[";
    String start = head + "{\"index\":0,\"delta\":{";
    String tail = ",\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n";
    assertEquals(
        start
            + "\"role\":\"assistant\",\"content\":\"\"}"
            + tail
            + start
            + "\"content\":\"Hé\"}"
            + tail
            + start
            + "\"content\":\"llo\"}"
            + tail
            + start
            + "},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
            + head
            + "],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":3}}}\n\n"
            + "data: [DONE]\n\n",
        reply
            .text()
            .replaceAll("chatcmpl-[0-9a-f]{32}", "ID")
            .replaceAll("fp_[0-9a-f]{8}", "FP")
            .replaceAll("\"created\":\\d+", "\"created\":0"));
  }

  @Test
  void readsMessagesPartsAndImages() throws Exception {
    TestServer.Reply reply =
        server.post(
            TestServer.CHAT,
            """
            {"messages":[
              {"role":"developer","content":"be short"},
              {"role":"user","name":"ann","content":[
                {"type":"text","text":"a"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"low",
                  "max_dynamic_patch":3}},
                {"type":"text","text":"b"},
                {"type":"image_url","image_url":"https://example.com/x.png"}]},
              {"role":"assistant","content":null,"refusal":null},
              {"role":"tool","tool_call_id":"1","content":"5"},
              {"role":"user","content":"what?"}],
             "chat_template_kwargs":{"thinking":true,"depth":{"a":[1,null]},"none":null}}
            """);
    assertEquals(200, reply.status(), reply.text());
    ChatRequest request = (ChatRequest) server.model.lastCall().prompt();
    assertEquals(
        List.of(
            ChatMessage.of("system", "be short"),
            ChatMessage.user(
                new TextPart("a"),
                new ImagePart(
                    new ImageSource.Url("data:image/png;base64,AA=="),
                    ImagePart.Detail.LOW,
                    OptionalInt.of(3)),
                new TextPart("b"),
                new ImagePart(new ImageSource.Url("https://example.com/x.png"))),
            ChatMessage.of("assistant", ""),
            new ChatMessage(
                "tool", List.of(new TextPart("5")), Optional.empty(), List.of(), Optional.of("1")),
            ChatMessage.of("user", "what?")),
        request.messages());
    assertEquals(Set.of("thinking", "depth"), request.templateVariables().keySet());
    assertEquals(TestServer.OPTIONS.media(), request.media());
  }

  @Test
  void messagesAsStringAreARawPrompt() throws Exception {
    assertEquals(200, server.post(TestServer.CHAT, "{\"messages\":\"<s>raw\"}").status());
    assertEquals("<s>raw", server.model.lastCall().prompt());
  }

  @Test
  void severalChoicesHaveTheirOwnSeedsAndTexts() throws Exception {
    server.model.script(
        (prompt, config) ->
            new FakeStream().text("seed " + config.seed().getAsLong()).finish(FinishReason.LENGTH));
    JsonNode json = server.chat("\"n\":3,\"seed\":40").json();
    List<String> texts =
        json.get("choices")
            .valueStream()
            .map(c -> c.get("index") + c.get("message").get("content").stringValue())
            .toList();
    assertEquals(List.of("0seed 40", "1seed 41", "2seed 42"), texts);
    assertEquals("length", json.get("choices").get(2).get("finish_reason").stringValue());
    assertEquals(7, json.get("usage").get("prompt_tokens").intValue());
    assertEquals(3, json.get("usage").get("completion_tokens").intValue());
    String stream = server.chat("\"n\":3,\"seed\":40,\"stream\":true").text();
    Set<String> events =
        stream
            .lines()
            .filter(line -> line.contains("\"content\":\"seed"))
            .map(line -> line.replaceAll(".*\"index\":(\\d).*\"content\":\"(.*?)\".*", "$1$2"))
            .collect(Collectors.toSet());
    assertEquals(Set.of("0seed 40", "1seed 41", "2seed 42"), events);
    assertTrue(stream.endsWith("data: [DONE]\n\n"));
  }

  @Test
  void reportsLogprobs() throws Exception {
    server.model.script(
        (prompt, config) ->
            new FakeStream()
                .logprobs(
                    "A",
                    new TokenLogprobs(
                        65,
                        -0.5f,
                        List.of(
                            new TokenLogprobs.Alternative(65, -0.5f),
                            new TokenLogprobs.Alternative(66, Float.NEGATIVE_INFINITY))))
                .finish(FinishReason.STOP));
    JsonNode json = server.chat("\"logprobs\":true,\"top_logprobs\":2").json();
    assertEquals(2, server.model.lastCall().config().logprobs());
    assertEquals(
        "{\"content\":[{\"token\":\"A\",\"logprob\":-0.5,\"bytes\":[65],\"top_logprobs\":["
            + "{\"token\":\"A\",\"logprob\":-0.5,\"bytes\":[65]},"
            + "{\"token\":\"B\",\"logprob\":-9999.0,\"bytes\":[66]}]}],\"refusal\":null}",
        json.get("choices").get(0).get("logprobs").toString());
  }

  @Test
  void anErrorInTheMiddleOfAStreamIsAnEvent() throws Exception {
    server.model.script(
        (prompt, config) ->
            new FakeStream().text("a").fail(new IllegalStateException("inner workings")));
    TestServer.Reply reply = server.chat("\"stream\":true");
    assertEquals(200, reply.status());
    assertTrue(
        reply
            .text()
            .endsWith(
                "data: {\"error\":{\"message\":\"the server failed to answer; its log says why\","
                    + "\"type\":\"server_error\",\"param\":null,\"code\":\"internal_error\"}}\n\n"),
        reply.text());
  }

  @Test
  void oneFailedChoiceEndsTheOthers() throws Exception {
    server.model.script(
        (prompt, config) ->
            config.seed().getAsLong() == 1
                ? new FakeStream().fail(new IllegalStateException("broken"))
                : new FakeStream());
    TestServer.Reply reply = server.chat("\"n\":3,\"seed\":0");
    assertEquals(500, reply.status());
    assertEquals(3, server.model.calls.size());
    long[] open =
        server.model.calls.stream()
            .filter(call -> call.config().seed().getAsLong() != 1)
            .mapToLong(call -> call.stream().cancelled.getCount())
            .toArray();
    assertArrayEquals(new long[] {0, 0}, open);
  }
}

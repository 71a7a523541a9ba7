package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.of;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ToolCall;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.parser.InternLmToolParser;
import org.lmdeploy.parser.QwenToolParser;
import org.lmdeploy.parser.ThinkReasoningParser;
import org.lmdeploy.runtime.ChatRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls of tools and reasoning, as OpenAI's clients send and expect them. */
class ToolTest {
  private static final String TOOL =
      "{\"type\":\"function\",\"function\":{\"name\":\"%s\",\"description\":\"d\","
          + "\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}}}";
  private static final String TOOLS =
      "\"tools\":[" + TOOL.formatted("add") + "," + TOOL.formatted("find") + "]";
  private static final String CALL =
      "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": \"é }\"}}\n</tool_call>";

  private final TestServer server = new TestServer();

  @BeforeEach
  void qwen() {
    server.model.toolParser = Optional.of(new QwenToolParser());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aCallIsPartOfTheMessage() throws Exception {
    answer("I add.\n", CALL);
    JsonNode choice = server.chat(TOOLS).json().get("choices").get(0);
    assertEquals("tool_calls", choice.get("finish_reason").stringValue());
    JsonNode message = choice.get("message");
    assertEquals("I add.", message.get("content").stringValue());
    JsonNode call = message.get("tool_calls").get(0);
    assertTrue(call.get("id").stringValue().matches("call_[0-9a-f]{24}"));
    assertEquals("function", call.get("type").stringValue());
    assertEquals(
        "{\"name\":\"add\",\"arguments\":\"{\\\"a\\\": \\\"é }\\\"}\"}",
        call.get("function").toString());
    ChatRequest request = (ChatRequest) server.model.lastCall().prompt();
    assertEquals(2, request.tools().size());
    assertEquals("function", request.tools().get(0).get("type"));
    assertEquals(Optional.empty(), server.model.lastCall().config().responseFormat());
  }

  @Test
  void withoutContentItIsNull() throws Exception {
    answer(CALL, "\n", CALL.replace("add", "find"));
    JsonNode message = server.chat(TOOLS).json().get("choices").get(0).get("message");
    assertTrue(message.get("content").isNull());
    assertEquals(2, message.get("tool_calls").size());
    assertFalse(
        message
            .get("tool_calls")
            .get(0)
            .get("id")
            .equals(message.get("tool_calls").get(1).get("id")));
  }

  @Test
  void callsAreStreamedAsTheyCome() throws Exception {
    answer(
        "<tool_call>{\"name\": \"add\", ",
        "\"arguments\": {\"a\"",
        ": 1}",
        "}</tool_call>",
        CALL.replace("add", "find"));
    List<String> deltas = new ArrayList<>();
    List<String> ends = new ArrayList<>();
    for (JsonNode chunk : stream(server.chat(TOOLS + ",\"stream\":true").text())) {
      JsonNode choice = chunk.get("choices").get(0);
      deltas.add(choice.get("delta").toString().replaceAll("call_[0-9a-f]{24}", "ID"));
      if (!choice.get("finish_reason").isNull()) {
        ends.add(choice.get("finish_reason").stringValue());
      }
    }
    String begin =
        "{\"index\":%d,\"id\":\"ID\",\"type\":\"function\","
            + "\"function\":{\"name\":\"%s\",\"arguments\":\"\"}}";
    String more = "{\"index\":%d,\"function\":{\"arguments\":\"%s\"}}";
    assertEquals(
        List.of(
            "{\"role\":\"assistant\",\"content\":\"\"}",
            "{\"tool_calls\":[" + begin.formatted(0, "add") + "]}",
            "{\"tool_calls\":[" + more.formatted(0, "{\\\"a\\\"") + "]}",
            "{\"tool_calls\":[" + more.formatted(0, ": 1}") + "]}",
            "{\"tool_calls\":["
                + begin.formatted(1, "find")
                + ","
                + more.formatted(1, "{\\\"a\\\": \\\"é }\\\"}")
                + "]}",
            "{}"),
        deltas);
    assertEquals(List.of("tool_calls"), ends);
  }

  @Test
  void eachOfSeveralAnswersHasItsOwnCalls() throws Exception {
    server.model.script(
        (prompt, config) ->
            new FakeStream()
                .text(config.seed().getAsLong() == 5 ? CALL : "no")
                .finish(FinishReason.STOP));
    JsonNode choices = server.chat(TOOLS + ",\"n\":2,\"seed\":5").json().get("choices");
    assertEquals("tool_calls", choices.get(0).get("finish_reason").stringValue());
    assertEquals("stop", choices.get(1).get("finish_reason").stringValue());
    assertFalse(choices.get(1).get("message").has("tool_calls"));
  }

  @Test
  void aMalformedCallIsToldByTheFinishReason() throws Exception {
    answer("<tool_call>{\"name\":\"add\",\"arguments\":{oops}}</tool_call>");
    JsonNode choice = server.chat(TOOLS).json().get("choices").get(0);
    assertEquals("parse_error", choice.get("finish_reason").stringValue());
    assertEquals("{oops}}", choice.at("/message/tool_calls/0/function/arguments").stringValue());
    server.model.script(
        (p, c) ->
            new FakeStream()
                .text("<tool_call>{\"name\":\"add\",\"arguments\":{\"a")
                .finish(FinishReason.LENGTH));
    choice = server.chat(TOOLS).json().get("choices").get(0);
    assertEquals("length", choice.get("finish_reason").stringValue());
  }

  @Test
  void withoutToolsTheTextIsLeftAlone() throws Exception {
    answer(CALL);
    JsonNode choice = server.chat("\"tool_choice\":\"none\"," + TOOLS).json().get("choices").get(0);
    assertEquals(CALL, choice.at("/message/content").stringValue());
    assertEquals("stop", choice.get("finish_reason").stringValue());
    assertEquals(List.of(), ((ChatRequest) server.model.lastCall().prompt()).tools());
  }

  @Test
  void specialTokensAreReadAndHidden() throws Exception {
    server.model.toolParser = Optional.of(new InternLmToolParser());
    answer("Hm<|en", "d|>. ", "<|action_start|><|plugin|>\n", "{\"name\":\"add\"}");
    JsonNode message = server.chat(TOOLS).json().get("choices").get(0).get("message");
    assertEquals("Hm.", message.get("content").stringValue());
    assertEquals("{}", message.at("/tool_calls/0/function/arguments").stringValue());
    assertFalse(server.model.lastCall().config().skipSpecialTokens());
    answer("a<|action_start|>b<|end|>");
    assertEquals("ab", server.chat(TOOLS).json().at("/choices/0/message/content").stringValue());
    assertEquals(
        "a<|action_start|>b<|end|>",
        server
            .chat(TOOLS + ",\"skip_special_tokens\":false")
            .json()
            .at("/choices/0/message/content")
            .stringValue());
    server.chat("\"n\":1");
    assertTrue(server.model.lastCall().config().skipSpecialTokens());
  }

  @Test
  void reasoningIsApart() throws Exception {
    server.model.reasoningParser = Optional.of(new ThinkReasoningParser());
    answer("<think>\n", "I ", "add.\n", "</think>\n\n", "Sure. ", CALL);
    JsonNode json = server.chat(TOOLS).json();
    JsonNode message = json.at("/choices/0/message");
    assertEquals("I add.", message.get("reasoning_content").stringValue());
    assertEquals("Sure.", message.get("content").stringValue());
    assertEquals("add", message.at("/tool_calls/0/function/name").stringValue());
    assertEquals(4, json.at("/usage/completion_tokens_details/reasoning_tokens").intValue());
    StringBuilder reasoning = new StringBuilder();
    for (JsonNode chunk : stream(server.chat("\"stream\":true").text())) {
      reasoning.append(chunk.at("/choices/0/delta/reasoning_content").stringValue(""));
    }
    assertEquals("I add.", reasoning.toString());
  }

  @Test
  void thePromptMayHaveOpenedTheReasoning() throws Exception {
    server.model.reasoningParser = Optional.of(new ThinkReasoningParser());
    server.model.promptEnd = "<|assistant|>\n<think>\n";
    answer("so</think>", "then");
    JsonNode message = server.chat("\"n\":1").json().at("/choices/0/message");
    assertEquals("so", message.get("reasoning_content").stringValue());
    assertEquals("then", message.get("content").stringValue());
  }

  @Test
  void callsThatAreAskedForAreGuaranteed() throws Exception {
    List<Map.Entry<String, Set<String>>> choices =
        List.of(
            Map.entry("\"required\"", Set.of("add", "find")),
            Map.entry("{\"type\":\"function\",\"function\":{\"name\":\"find\"}}", Set.of("find")),
            Map.entry(
                "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\",\"tools\":["
                    + "{\"type\":\"function\",\"function\":{\"name\":\"add\"}}]}}",
                Set.of("add")));
    for (var choice : choices) {
      TestServer.Reply reply = server.chat(TOOLS + ",\"tool_choice\":" + choice.getKey());
      assertEquals(200, reply.status(), reply.text());
      OutputFormat format = server.model.lastCall().config().responseFormat().orElseThrow();
      for (String name : List.of("add", "find")) {
        assertEquals(
            choice.getValue().contains(name), format.toString().contains("\"" + name + "\""));
      }
      assertTrue(format.toString().contains("JsonSchema"), format::toString);
      assertEquals(
          choice.getValue().size(),
          ((ChatRequest) server.model.lastCall().prompt()).tools().size());
    }
  }

  @Test
  void aSingleCallAndStrictArgumentsAreGuaranteed() throws Exception {
    server.chat(TOOLS + ",\"parallel_tool_calls\":false");
    OutputFormat single = server.model.lastCall().config().responseFormat().orElseThrow();
    assertFalse(single.toString().contains("most=" + Integer.MAX_VALUE), single::toString);
    assertFalse(single.toString().contains("JsonSchema"), single::toString);
    server.chat(TOOLS.replace("\"description\":\"d\"", "\"strict\":true"));
    OutputFormat strict = server.model.lastCall().config().responseFormat().orElseThrow();
    assertTrue(strict.toString().contains("JsonSchema"), strict::toString);
  }

  @Test
  void earlierCallsReachTheTemplate() throws Exception {
    TestServer.Reply reply =
        server.post(
            TestServer.CHAT,
            """
            {"messages":[
              {"role":"user","content":"add"},
              {"role":"assistant","content":null,"reasoning_content":"why","tool_calls":[
                {"id":"c1","type":"function","function":{"name":"add","arguments":"{\\"a\\": [1, null]}"}}]},
              {"role":"tool","tool_call_id":"c1","content":"5"}]}
            """);
    assertEquals(200, reply.status(), reply.text());
    List<ChatMessage> messages = ((ChatRequest) server.model.lastCall().prompt()).messages();
    ToolCall call = messages.get(1).toolCalls().get(0);
    assertEquals(
        "c1 add {a=[1, null]}", call.id() + " " + call.function() + " " + call.arguments());
    assertEquals(Optional.of("why"), messages.get(1).reasoning());
    assertEquals(Optional.of("c1"), messages.get(2).toolCallId());
  }

  @Test
  void effortGoesToATemplateThatTakesIt() throws Exception {
    assertEquals(400, server.chat("\"reasoning_effort\":\"high\"").status());
    server.model.variables = Set.of("reasoning_effort");
    assertEquals(200, server.chat("\"reasoning_effort\":\"high\"").status());
    assertEquals(
        "high",
        ((ChatRequest) server.model.lastCall().prompt())
            .templateVariables()
            .get("reasoning_effort"));
    assertEquals(400, server.chat("\"reasoning_effort\":\"huge\"").status());
  }

  static Stream<Arguments> wrong() {
    String function = "\"tools\":[{\"type\":\"function\",\"function\":%s}]";
    return Stream.of(
        of("\"tools\":5", "tools"),
        of("\"tools\":[5]", "tools[0]"),
        of("\"tools\":[{}]", "tools[0].type"),
        of("\"tools\":[{\"type\":\"custom\"}]", "tools[0].type"),
        of("\"tools\":[{\"type\":\"function\"}]", "tools[0].function"),
        of(function.formatted("{}"), "tools[0].function.name"),
        of(function.formatted("{\"name\":\"a b\"}"), "tools[0].function.name"),
        of(function.formatted("{\"name\":\"" + "a".repeat(65) + "\"}"), "tools[0].function.name"),
        of(
            function.formatted("{\"name\":\"a\",\"parameters\":[]}"),
            "tools[0].function.parameters"),
        of(function.formatted("{\"name\":\"a\",\"strict\":1}"), "tools[0].function.strict"),
        of(function.formatted("{\"name\":\"a\",\"x\":1}"), "tools[0].function.x"),
        of("\"tools\":[" + TOOL.formatted("a") + "," + TOOL.formatted("a") + "]", "tools"),
        of(TOOLS + ",\"tool_choice\":\"maybe\"", "tool_choice"),
        of(TOOLS + ",\"tool_choice\":{\"type\":\"x\"}", "tool_choice.type"),
        of(
            TOOLS + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"x\"}}",
            "tool_choice"),
        of("\"tool_choice\":\"required\"", "tool_choice"),
        of("\"functions\":[{}]", "functions"),
        of("\"function_call\":\"auto\"", "function_call"),
        of(TOOLS + ",\"parallel_tool_calls\":1", "parallel_tool_calls"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongFieldsAreNamed(String fields, String parameter) throws Exception {
    TestServer.Reply reply = server.chat(fields);
    assertEquals(400, reply.status(), reply.text());
    assertEquals(parameter, reply.json().at("/error/param").stringValue(), reply.text());
  }

  @Test
  void aModelWithoutAParserNamesTheFlag() throws Exception {
    server.model.toolParser = Optional.empty();
    TestServer.Reply reply = server.chat(TOOLS);
    assertEquals(400, reply.status());
    assertEquals("unsupported_feature", reply.json().at("/error/code").stringValue());
    assertTrue(reply.text().contains("--tool-call-parser"), reply.text());
    assertEquals(200, server.chat(TOOLS + ",\"tool_choice\":\"none\"").status());
  }

  private void answer(String... pieces) {
    server.model.script(
        (prompt, config) -> {
          FakeStream stream = new FakeStream();
          Stream.of(pieces).forEach(stream::text);
          return stream.finish(FinishReason.STOP);
        });
  }

  private static List<JsonNode> stream(String text) {
    JsonMapper mapper = new JsonMapper();
    return text.lines()
        .filter(line -> line.startsWith("data: {"))
        .map(line -> mapper.readTree(line.substring(6)))
        .toList();
  }
}

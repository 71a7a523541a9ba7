package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.of;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.parser.QwenToolParser;
import org.lmdeploy.parser.ThinkReasoningParser;
import org.lmdeploy.runtime.ChatRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** OpenAI's Responses protocol. */
class ResponsesTest {
  private static final String PATH = "/v1/responses";
  private static final String TOOLS =
      "\"tools\":[{\"type\":\"function\",\"name\":\"add\",\"parameters\":{\"type\":\"object\"},"
          + "\"strict\":false}]";
  private static final String CALL =
      "<tool_call>{\"name\":\"add\",\"arguments\":{\"a\":1}}</tool_call>";

  private final TestServer server = new TestServer();

  @BeforeEach
  void parsers() {
    server.model.toolParser = Optional.of(new QwenToolParser());
    server.model.reasoningParser = Optional.of(new ThinkReasoningParser());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aTextIsAnsweredWithAMessage() throws Exception {
    JsonNode json =
        ask("\"max_output_tokens\":9,\"instructions\":\"be short\",\"metadata\":{\"a\":\"b\"}")
            .json();
    assertEquals("response", json.get("object").stringValue());
    assertEquals("completed", json.get("status").stringValue());
    assertEquals(
        "[{\"id\":\"ID\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":"
            + "\"output_text\",\"text\":\"Héllo\",\"annotations\":[],\"logprobs\":[]}],"
            + "\"status\":\"completed\"}]",
        json.get("output").toString().replaceAll("msg_[0-9a-f]{24}", "ID"));
    assertEquals(
        "{\"input_tokens\":7,\"input_tokens_details\":{\"cached_tokens\":3},\"output_tokens\":2,"
            + "\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":9}",
        json.get("usage").toString());
    assertEquals("be short", json.get("instructions").stringValue());
    assertEquals(9, json.get("max_output_tokens").intValue());
    assertEquals("{\"a\":\"b\"}", json.get("metadata").toString());
    assertEquals(9, server.model.lastCall().config().maxNewTokens());
    assertEquals(
        List.of(ChatMessage.of("system", "be short"), ChatMessage.of("user", "hi")), messages());
  }

  @Test
  void reasoningTextAndCallsAreItems() throws Exception {
    answer(FinishReason.STOP, "<think>I add.</think>\n", "Sure. ", CALL);
    JsonNode output = ask(TOOLS).json().get("output");
    assertEquals("I add.", output.at("/0/content/0/text").stringValue());
    assertEquals("reasoning", output.at("/0/type").stringValue());
    assertEquals("Sure.", output.at("/1/content/0/text").stringValue());
    assertEquals("function_call", output.at("/2/type").stringValue());
    assertEquals("add", output.at("/2/name").stringValue());
    assertEquals("{\"a\":1}", output.at("/2/arguments").stringValue());
    assertTrue(output.at("/2/call_id").stringValue().startsWith("call_"));
  }

  @Test
  void theStreamIsOneItemAfterTheOther() throws Exception {
    answer(FinishReason.STOP, "<think>I add.</think>\n", "Sure", ". ", CALL);
    List<String> types = new ArrayList<>();
    StringBuilder deltas = new StringBuilder();
    JsonNode last = null;
    int sequence = 0;
    for (String event : ask(TOOLS + ",\"stream\":true").text().strip().split("\n\n")) {
      String[] lines = event.split("\n");
      JsonNode data = new JsonMapper().readTree(lines[1].substring("data: ".length()));
      assertEquals("event: " + data.get("type").stringValue(), lines[0]);
      assertEquals(sequence++, data.get("sequence_number").intValue());
      types.add(data.get("type").stringValue().substring("response.".length()));
      deltas.append(data.has("delta") ? data.get("delta").stringValue() + "|" : "");
      last = data;
    }
    List<String> text =
        List.of(
            "output_item.added",
            "content_part.added",
            "X.delta",
            "X.done",
            "content_part.done",
            "output_item.done");
    List<String> expected = new ArrayList<>(List.of("created", "in_progress"));
    text.forEach(type -> expected.add(type.replace("X", "reasoning_text")));
    text.forEach(type -> expected.add(type.replace("X", "output_text")));
    expected.add(11, "output_text.delta");
    expected.addAll(
        List.of(
            "output_item.added",
            "function_call_arguments.delta",
            "function_call_arguments.done",
            "output_item.done",
            "completed"));
    assertEquals(expected, types);
    assertEquals("I add.|Sure|.|{\"a\":1}|", deltas.toString());
    assertEquals(3, last.at("/response/output").size());
    assertEquals("completed", last.at("/response/status").stringValue());
  }

  @Test
  void whatIsCutOrMalformedIsIncomplete() throws Exception {
    answer(FinishReason.LENGTH, "a");
    JsonNode json = ask("\"top_k\":3").json();
    assertEquals("incomplete", json.get("status").stringValue());
    assertEquals("max_output_tokens", json.at("/incomplete_details/reason").stringValue());
    assertEquals("incomplete", json.at("/output/0/status").stringValue());
    answer(FinishReason.STOP, "<tool_call>{\"name\":\"add\",\"arguments\":{x}}</tool_call>");
    json = ask(TOOLS).json();
    assertEquals("parse_error", json.at("/incomplete_details/reason").stringValue());
    assertEquals("incomplete", json.at("/output/0/status").stringValue());
  }

  @Test
  void itemsBecomeMessages() throws Exception {
    TestServer.Reply reply =
        server.post(
            PATH,
            """
            {"input":[
              {"role":"developer","content":"be short"},
              {"type":"message","role":"user","content":[{"type":"input_text","text":"look"},
                {"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"low"}]},
              {"type":"reasoning","id":"rs_1","summary":[],"content":[{"type":"reasoning_text","text":"hm"}]},
              {"type":"message","id":"m1","status":"completed","role":"assistant",
                "content":[{"type":"output_text","text":"I add.","annotations":[],"logprobs":[]}]},
              {"type":"function_call","id":"f1","call_id":"c1","name":"add","arguments":"{\\"a\\":[1]}"},
              {"type":"function_call_output","call_id":"c1","output":"5"},
              {"role":"user","content":"and now?"}]}
            """);
    assertEquals(200, reply.status(), reply.text());
    List<ChatMessage> messages = messages();
    assertEquals(5, messages.size());
    assertEquals(ChatMessage.of("system", "be short"), messages.get(0));
    assertEquals(
        ChatMessage.user(
            new TextPart("look"),
            new ImagePart(
                new ImageSource.Url("data:image/png;base64,AA=="),
                ImagePart.Detail.LOW,
                OptionalInt.empty())),
        messages.get(1));
    assertEquals("I add.", messages.get(2).text());
    assertEquals(Optional.of("hm"), messages.get(2).reasoning());
    assertEquals("c1", messages.get(2).toolCalls().get(0).id());
    assertEquals(Optional.of("c1"), messages.get(3).toolCallId());
    assertEquals(ChatMessage.of("user", "and now?"), messages.get(4));
  }

  @Test
  void formatsAndChoicesReachTheEngine() throws Exception {
    String schema = "{\"type\":\"object\"}";
    assertEquals(
        200,
        ask("\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"strict\":true,"
                + "\"schema\":"
                + schema
                + "}}")
            .status());
    String format = server.model.lastCall().config().responseFormat().orElseThrow().toString();
    assertTrue(format.contains(new OutputFormat.JsonSchema(schema).toString()), format);
    for (String choice :
        List.of(
            "\"required\"",
            "{\"type\":\"function\",\"name\":\"add\"}",
            "{\"type\":\"allowed_tools\",\"mode\":\"required\",\"tools\":[{\"type\":\"function\","
                + "\"name\":\"add\"}]}")) {
      TestServer.Reply reply = ask(TOOLS + ",\"tool_choice\":" + choice);
      assertEquals(200, reply.status(), reply.text());
      assertTrue(server.model.lastCall().config().responseFormat().isPresent());
    }
    server.model.variables = Set.of("reasoning_effort");
    assertEquals(200, ask("\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"}").status());
    assertEquals(
        "low",
        ((ChatRequest) server.model.lastCall().prompt())
            .templateVariables()
            .get("reasoning_effort"));
  }

  @Test
  void whatNeedsNothingIsAccepted() throws Exception {
    TestServer.Reply reply =
        ask(
            "\"store\":false,\"background\":false,\"previous_response_id\":null,"
                + "\"truncation\":\"disabled\",\"include\":[\"reasoning.encrypted_content\"],"
                + "\"text\":{\"format\":{\"type\":\"text\"},\"verbosity\":\"medium\"},\"user\":\"u\"");
    assertEquals(200, reply.status(), reply.text());
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        of("\"store\":true", "store"),
        of("\"background\":true", "background"),
        of("\"previous_response_id\":\"r\"", "previous_response_id"),
        of("\"conversation\":\"c\"", "conversation"),
        of("\"truncation\":\"auto\"", "truncation"),
        of("\"include\":[\"file_search_call.results\"]", "include"),
        of("\"text\":{\"format\":{\"type\":\"x\"}}", "text.format.type"),
        of("\"text\":{\"format\":{\"type\":\"json_schema\"}}", "text.format.name"),
        of("\"text\":{\"verbosity\":\"low\"}", "text.verbosity"),
        of("\"reasoning\":{\"effort\":\"low\"}", "reasoning.effort"),
        of("\"tools\":[{\"type\":\"web_search\"}]", "tools[0].type"),
        of("\"tools\":[{\"type\":\"function\"}]", "tools[0].name"),
        of("\"tool_choice\":\"required\"", "tool_choice"),
        of("\"max_output_tokens\":0", "max_output_tokens"),
        of("\"messages\":[]", "messages"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongFieldsAreNamed(String fields, String parameter) throws Exception {
    TestServer.Reply reply = ask(fields);
    assertEquals(400, reply.status(), reply.text());
    assertEquals(parameter, reply.json().at("/error/param").stringValue(), reply.text());
  }

  static Stream<Arguments> inputs() {
    return Stream.of(
        of("5", "input"),
        of("[]", "input"),
        of("[{\"type\":\"item_reference\",\"id\":\"x\"}]", "input[0].type"),
        of("[{\"type\":\"web_search_call\"}]", "input[0].type"),
        of("[{\"role\":\"boss\",\"content\":\"x\"}]", "input[0].role"),
        of("[{\"role\":\"user\"}]", "input[0].content"),
        of(
            "[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\"}]}]",
            "input[0].content[0].type"),
        of(
            "[{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"[1]\"}]",
            "input[0].arguments"),
        of("[{\"type\":\"function_call_output\",\"output\":\"x\"}]", "input[0].call_id"));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void wrongItemsAreNamed(String input, String parameter) throws Exception {
    TestServer.Reply reply = server.post(PATH, "{\"input\":" + input + "}");
    assertEquals(400, reply.status(), reply.text());
    assertEquals(parameter, reply.json().at("/error/param").stringValue(), reply.text());
  }

  @Test
  void anErrorEndsAStream() throws Exception {
    server.model.script(
        (p, c) -> new FakeStream().text("a").fail(new UnavailableException("gone")));
    String text = ask("\"stream\":true").text();
    String[] events = text.strip().split("\n\n");
    assertTrue(events[events.length - 1].startsWith("event: response.failed\n"), text);
    assertTrue(text.contains("\"error\":{\"code\":\"engine_unavailable\",\"message\":\"gone\"}"));
  }

  private List<ChatMessage> messages() {
    return ((ChatRequest) server.model.lastCall().prompt()).messages();
  }

  private TestServer.Reply ask(String fields) throws Exception {
    return server.post(PATH, "{\"input\":\"hi\"," + fields + "}");
  }

  private void answer(FinishReason reason, String... pieces) {
    server.model.script(
        (prompt, config) -> {
          FakeStream stream = new FakeStream();
          Stream.of(pieces).forEach(stream::text);
          return stream.finish(reason);
        });
  }
}

package org.lmdeploy.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.of;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.api.parser.AnswerPart.CallArguments;
import org.lmdeploy.api.parser.AnswerPart.CallBegin;
import org.lmdeploy.api.parser.AnswerPart.CallEnd;
import org.lmdeploy.api.parser.AnswerPart.Content;
import org.lmdeploy.api.parser.AnswerPart.Malformed;
import org.lmdeploy.api.parser.AnswerReader;
import org.lmdeploy.api.parser.ToolParser;

/** Answers of each format, however they are cut. */
class ToolParsersTest {
  private static final Set<String> FUNCTIONS = Set.of("get_weather", "add");
  private static final ToolParser QWEN = new QwenToolParser();
  private static final ToolParser LLAMA = new Llama3ToolParser();
  private static final ToolParser INTERN = new InternLmToolParser();
  private static final String CITY = "{\"city\": \"Paris\"}";

  static Stream<Arguments> answers() {
    String call = "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": " + CITY + "}\n";
    String plugin = "<|action_start|><|plugin|>\n";
    List<AnswerPart> weather = call(0, "get_weather", CITY);
    List<AnswerPart> sum = call(1, "add", "{\"a\": 1, \"b\": 2}");
    return Stream.of(
        of(QWEN, "Just text. <b>bold</b>\n", List.of(new Content("Just text. <b>bold</b>\n"))),
        of(QWEN, call + "</tool_call>", weather),
        of(QWEN, "Let me see.\n" + call + "</tool_call>\n", join(content("Let me see."), weather)),
        of(
            QWEN,
            call
                + "</tool_call>\n<tool_call>\n{\"name\": \"add\", \"arguments\":"
                + " {\"a\": 1, \"b\": 2}}\n</tool_call>",
            join(weather, sum)),
        of(QWEN, call + "</tool_call>\n\nDone. ", join(weather, content("Done. "))),
        of(QWEN, call.strip(), weather),
        of(
            QWEN,
            "<tool_call>{\"arguments\":{\"a\":1},\"id\":7,\"name\":\"add\"}</tool_call>",
            call(0, "add", "{\"a\":1}")),
        of(QWEN, "<tool_call>{\"name\":\"add\"}</tool_call>", call(0, "add", "{}")),
        of(
            QWEN,
            "<tool_call>{\"name\":\"add\",\"arguments\":\"{\\\"a\\\": 1}\"}</tool_call>",
            call(0, "add", "{\"a\": 1}")),
        of(
            QWEN,
            "<tool_call>{\"name\":\"add\",\"arguments\":null}</tool_call>",
            call(0, "add", "{}")),
        of(
            QWEN,
            "<tool_call>{\"name\":\"add\",\"arguments\":{\"s\":\"}]{\\\"</tool_call>\","
                + "\"n\":{\"x\":[{}]},\"u\":\"日本 😀 \\u00e9\"}}</tool_call>",
            call(
                0,
                "add",
                "{\"s\":\"}]{\\\"</tool_call>\",\"n\":{\"x\":[{}]}," + "\"u\":\"日本 😀 \\u00e9\"}")),
        of(
            INTERN,
            "I look it up." + plugin + "{\"name\": \"get_weather\", \"parameters\": " + CITY + "}",
            join(content("I look it up."), weather)),
        of(
            INTERN,
            plugin + "{\"name\": \"get_weather\", \"parameters\": " + CITY + "}<|action_end|>\n",
            weather),
        of(
            INTERN,
            "<|action_start|><|interpreter|>\nprint(1)",
            content("<|action_start|><|interpreter|>\nprint(1)")),
        of(LLAMA, "{\"name\": \"get_weather\", \"parameters\": " + CITY + "}", weather),
        of(
            LLAMA,
            "<|python_tag|>{\"name\": \"get_weather\", \"parameters\": " + CITY + "}",
            weather),
        of(LLAMA, "<function=get_weather>" + CITY + "</function>", weather),
        of(
            LLAMA,
            "I ask. <function=get_weather>" + CITY + "</function> Then.",
            join(content("I ask."), weather, content("Then."))),
        of(
            LLAMA,
            "{\"name\": \"get_weather\", \"parameters\": "
                + CITY
                + "}; {\"name\": \"add\", \"parameters\": {\"a\": 1, \"b\": 2}}",
            join(weather, sum)),
        of(
            LLAMA,
            "<function=get_weather>"
                + CITY
                + "</function>\n<function=add>{\"a\": 1, \"b\": 2}</function>",
            join(weather, sum)));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void areCutIntoParts(ToolParser parser, String text, List<AnswerPart> parts) {
    assertEquals(parts, Joined.of(() -> parser.start(FUNCTIONS), text));
  }

  static Stream<Arguments> noCalls() {
    return Stream.of(
        of(QWEN, "<tool_call>\n{\"name\": \"other\", \"arguments\": {}}\n</tool_call>"),
        of(QWEN, "<tool_call>get_weather(Paris)</tool_call> and more"),
        of(QWEN, "a < b <tool_cal <tool_call>"),
        of(QWEN, "<tool_call>[]</tool_call>"),
        of(QWEN, "<tool_call>{}</tool_call>"),
        of(QWEN, "<tool_call>{\"name\": \"get_wea"),
        of(QWEN, "<tool_call>{\"arguments\": {\"a\": 1}}</tool_call>"),
        of(LLAMA, "{\"name\": \"Bob\", \"age\": 3}"),
        of(LLAMA, "{\"a\": {\"name\": \"add\"}} {"),
        of(LLAMA, "The object {\"name\": \"add\", \"parameters\": {}} is an example."),
        of(LLAMA, "<function=other>{}</function>"),
        of(LLAMA, "<function=no name at all, and a very long text that cannot be one of them>"),
        of(LLAMA, "<|python_tag|>brave_search.call(query=\"x\")"),
        of(INTERN, "<|plugin|>{\"name\": \"add\", \"parameters\": {}}"),
        of(INTERN, "  \n"));
  }

  @ParameterizedTest
  @MethodSource("noCalls")
  void whatIsNoCallIsContentAsItWasWritten(ToolParser parser, String text) {
    assertEquals(content(text), Joined.of(() -> parser.start(FUNCTIONS), text));
  }

  @Test
  void aCallInsideWhatLookedLikeOneIsFound() {
    String text = "<tool_call><tool_call>{\"name\": \"add\"}</tool_call>";
    assertEquals(
        join(content("<tool_call>"), call(0, "add", "{}")),
        Joined.of(() -> QWEN.start(FUNCTIONS), text));
  }

  static Stream<Arguments> malformed() {
    String open = "<tool_call>{\"name\": \"add\", \"arguments\": ";
    return Stream.of(
        of(QWEN, open + "{\"a\": }}</tool_call>", "{\"a\": }}", "no JSON object"),
        of(QWEN, open + "[1]}</tool_call>", "[1]}", "no JSON object"),
        of(QWEN, open + "{\"a\": 1", "{\"a\": 1", "ended within"),
        of(QWEN, open + "{\"a\": 1}", "{\"a\": 1}", "ended within"),
        of(QWEN, open + "{a: 1}} and so on", "{a: 1}} and so on", "no JSON object"),
        of(LLAMA, "<function=add>{'a': 1}</function>", "{'a': 1}", "no JSON object"),
        of(LLAMA, "<function=add>{\"a\": \"", "{\"a\": \"", "ended within"),
        of(
            LLAMA,
            "{\"name\": \"add\", \"parameters\": {\"a\" 1}}",
            "{\"a\" 1}}",
            "no JSON object"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void aCallThatIsNotRightEndsSo(ToolParser parser, String text, String json, String problem) {
    List<AnswerPart> parts = Joined.of(() -> parser.start(FUNCTIONS), text);
    assertEquals(new CallBegin(0, "add"), parts.get(0));
    assertEquals(new CallArguments(0, json), parts.get(1));
    assertTrue(
        parts.get(2) instanceof Malformed(int _, String why) && why.contains(problem),
        parts::toString);
    assertEquals(3, parts.size());
  }

  @Test
  void theNextCallAfterAMalformedOneIsRead() {
    String text =
        "<tool_call>{\"name\": \"add\", \"arguments\": {x}}</tool_call>\n"
            + "<tool_call>{\"name\": \"add\", \"arguments\": {}}</tool_call>";
    List<AnswerPart> parts = Joined.of(() -> QWEN.start(FUNCTIONS), text);
    assertEquals(call(1, "add", "{}"), parts.subList(3, 6));
  }

  @Test
  void argumentsArePassedOnAsTheyCome() {
    AnswerReader reader = QWEN.start(FUNCTIONS);
    assertEquals(List.of(new CallBegin(0, "add")), reader.read("<tool_call>\n{\"name\": \"add\""));
    assertEquals(
        List.of(new CallArguments(0, "{\"a\": \"x")), reader.read(", \"arguments\": {\"a\": \"x"));
    assertEquals(List.of(new CallArguments(0, "y\"}")), reader.read("y\"}"));
    assertEquals(List.of(new CallEnd(0)), reader.read("}"));
  }

  @Test
  void contentIsHeldBackOnlyWhileAMarkMayHaveBegun() {
    AnswerReader reader = QWEN.start(FUNCTIONS);
    assertEquals(content("Hello"), reader.read("Hello <tool"));
    assertEquals(content(" <tool>"), reader.read(">"));
  }

  /** Whatever the text, its parts do not depend on cuts, and content and arguments are of it. */
  @Test
  void anySoupOfMarksIsCutAlike() {
    List<String> bits =
        List.of(
            "<tool_call>",
            "</tool_call>",
            "<function=",
            "add",
            ">",
            "</function>",
            "{",
            "}",
            "\"",
            "name",
            "\"name\": \"add\"",
            "\"arguments\": ",
            "\"parameters\": ",
            ",",
            ":",
            " ",
            "\n",
            "<|python_tag|>",
            "<|action_start|><|plugin|>",
            "<|action_end|>",
            ";",
            "x",
            "\\",
            "[",
            "]",
            "{\"name\": \"add\", \"parameters\": {}}",
            "é",
            "<");
    Random random = new Random(5);
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(14); i >= 0; i--) {
        text.append(bits.get(random.nextInt(bits.size())));
      }
      for (ToolParser parser : List.of(QWEN, LLAMA, INTERN)) {
        String soup = text.toString();
        List<AnswerPart> whole = Joined.read(() -> parser.start(FUNCTIONS), List.of(soup));
        assertEquals(
            whole,
            Joined.read(() -> parser.start(FUNCTIONS), List.of(soup.split(""))),
            () -> parser.names() + ": " + soup);
        assertEquals(
            whole,
            Joined.read(() -> parser.start(FUNCTIONS), Joined.randomPieces(soup, random)),
            () -> parser.names() + ": " + soup);
      }
    }
  }

  private static List<AnswerPart> content(String text) {
    return List.of(new Content(text));
  }

  private static List<AnswerPart> call(int number, String function, String json) {
    return List.of(
        new CallBegin(number, function), new CallArguments(number, json), new CallEnd(number));
  }

  @SafeVarargs
  private static List<AnswerPart> join(List<AnswerPart>... lists) {
    List<AnswerPart> all = new ArrayList<>();
    for (List<AnswerPart> list : lists) {
      all.addAll(list);
    }
    return all;
  }
}

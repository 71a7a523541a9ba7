package org.lmdeploy.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.grammar.TokenConstraint;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.api.parser.CallableFunction;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.grammar.MaskGrammarCompiler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers that are drawn at random of all that a parser's output format permits are calls as they
 * should be when the parser reads them.
 */
class FormatAnswersTest {
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"s\":{\"type\":\"string\"}},"
          + "\"required\":[\"a\"],\"additionalProperties\":false}";
  private static final List<CallableFunction> FUNCTIONS =
      List.of(
          new CallableFunction("add", new OutputFormat.JsonSchema(SCHEMA)),
          new CallableFunction("find", new OutputFormat.JsonObject()));
  private static final ByteTokenizer TOKENS =
      new ByteTokenizer(
          List.of("<tool_call>", "</tool_call>", "<function=", "</think>", "<th", "{\""),
          List.of("<|action_start|>", "<|plugin|>", "<|python_tag|>", "<|end|>"));
  private static final int MOST = 1500;

  static Stream<ToolParser> parsers() {
    return Stream.of(new QwenToolParser(), new Llama3ToolParser(), new InternLmToolParser());
  }

  @ParameterizedTest
  @MethodSource("parsers")
  void areCallsWhereThereMustBeOne(ToolParser parser) {
    for (boolean several : new boolean[] {false, true}) {
      Set<String> called = new HashSet<>();
      int most = 0;
      for (String answer : answers(parser.format(FUNCTIONS, true, several), 60)) {
        List<AnswerPart> parts = parse(parser, answer);
        int calls = check(parts, answer, called);
        assertTrue(calls >= 1, answer);
        assertTrue(parts.stream().noneMatch(AnswerPart.Content.class::isInstance), answer);
        most = Math.max(most, calls);
      }
      assertEquals(Set.of("add", "find"), called);
      boolean one = !several || parser instanceof InternLmToolParser;
      assertEquals(one, most == 1, parser.names() + " " + several + " " + most);
    }
  }

  @ParameterizedTest
  @MethodSource("parsers")
  void areTextOrRightCallsElsewhere(ToolParser parser) {
    int texts = 0;
    Set<String> called = new HashSet<>();
    for (String answer : answers(parser.format(FUNCTIONS, false, true), 150)) {
      texts += check(parse(parser, answer), answer, called) == 0 ? 1 : 0;
    }
    assertTrue(texts > 0, "no text");
    assertFalse(called.isEmpty(), "no call");
  }

  @ParameterizedTest
  @MethodSource("parsers")
  void mayFollowReasoning(ToolParser parser) {
    ThinkReasoningParser reasoning = new ThinkReasoningParser();
    OutputFormat calls = parser.format(FUNCTIONS, true, false);
    for (String end : List.of("assistant\n", "assistant\n<think>\n", "</think>\n\n")) {
      boolean reasoned = false;
      for (String answer : answers(reasoning.format(end, calls), 40)) {
        StringBuilder content = new StringBuilder();
        for (AnswerPart part : Joined.read(() -> reasoning.start(end), List.of(answer))) {
          switch (part) {
            case AnswerPart.Content(String text) -> content.append(text);
            default -> reasoned = true;
          }
        }
        assertEquals(1, check(parse(parser, content.toString()), answer, new HashSet<>()), answer);
      }
      assertEquals(!end.startsWith("</think>"), reasoned, end);
    }
  }

  private static List<AnswerPart> parse(ToolParser parser, String answer) {
    return Joined.read(() -> parser.start(Set.of("add", "find")), List.of(answer));
  }

  /** How many calls there are, all right. */
  private static int check(List<AnswerPart> parts, String answer, Set<String> called) {
    int calls = 0;
    String function = "";
    for (AnswerPart part : parts) {
      switch (part) {
        case AnswerPart.CallBegin(int _, String name) -> function = name;
        case AnswerPart.CallArguments(int _, String json) -> {
          JsonNode arguments = new JsonMapper().readTree(json);
          assertTrue(arguments.isObject(), answer);
          assertTrue(!function.equals("add") || arguments.get("a").isIntegralNumber(), answer);
        }
        case AnswerPart.CallEnd _ -> {
          calls++;
          called.add(function);
        }
        case AnswerPart.Malformed _ -> throw new AssertionError(answer);
        default -> {}
      }
    }
    return calls;
  }

  private static List<String> answers(OutputFormat format, int count) {
    List<String> answers = new ArrayList<>();
    for (int seed = 0; seed < count; seed++) {
      draw(format, new Random(seed)).ifPresent(answers::add);
    }
    assertTrue(answers.size() > count / 2, "only " + answers.size() + " of " + count + " ended");
    return answers;
  }

  /** An answer; empty if it does not come to its end. */
  private static Optional<String> draw(OutputFormat format, Random random) {
    TokenConstraint constraint =
        new MaskGrammarCompiler().compile(format, TOKENS, TOKENS.vocabSize()).start();
    List<Integer> ids = new ArrayList<>();
    while (ids.size() < MOST) {
      if (constraint.complete() || constraint.mayEnd() && random.nextInt(6) == 0) {
        return Optional.of(
            TOKENS.decode(ids.stream().mapToInt(Integer::intValue).toArray(), false));
      }
      int id = pick(constraint.permitted(), random);
      constraint.accept(id);
      ids.add(id);
    }
    return Optional.empty();
  }

  /** Mostly what closes or is rare, so that answers end and marks occur. */
  private static int pick(long[] permitted, Random random) {
    List<Integer> all = new ArrayList<>();
    List<Integer> rare = new ArrayList<>();
    for (int id = 0; id < TOKENS.vocabSize(); id++) {
      if ((permitted[id / 64] >>> id % 64 & 1) != 0) {
        all.add(id);
        if (id >= 256 || "\"}]".indexOf(id) >= 0) {
          rare.add(id);
        }
      }
    }
    List<Integer> from = !rare.isEmpty() && random.nextInt(3) > 0 ? rare : all;
    return from.get(random.nextInt(from.size()));
  }
}

package org.lmdeploy.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.chat.ChatMessage;
import tools.jackson.databind.json.JsonMapper;

/** The built-in templates against what LMDeploy 0.6.0 renders (see src/test/python). */
class BuiltinTemplatesTest {
  private static final Map<?, ?> GOLDENS = goldens();
  private final BuiltinTemplates templates = BuiltinTemplates.load();

  @TestFactory
  Stream<DynamicTest> promptsAreThoseOfLmdeploy() {
    Map<?, ?> conversations = (Map<?, ?>) GOLDENS.get("conversations");
    return ((Map<?, ?>) GOLDENS.get("prompts"))
        .entrySet().stream()
            .flatMap(
                template ->
                    ((Map<?, ?>) template.getValue())
                        .entrySet().stream()
                            .map(
                                golden -> {
                                  String name = (String) template.getKey();
                                  var messages = messages(conversations.get(golden.getKey()));
                                  return DynamicTest.dynamicTest(
                                      name + ", " + golden.getKey(),
                                      () ->
                                          assertEquals(
                                              golden.getValue(),
                                              Prompts.text(
                                                  templates
                                                      .named(name)
                                                      .orElseThrow()
                                                      .render(Prompts.input(messages)))));
                                }));
  }

  @Test
  void pathsChooseTheSameTemplates() {
    ((Map<?, ?>) GOLDENS.get("paths"))
        .forEach(
            (path, name) ->
                assertEquals(
                    name,
                    templates
                        .match((String) path)
                        .map(match -> match.template().name())
                        .orElse(null),
                    (String) path));
  }

  @Test
  void namesAndStopWordsAreThoseOfLmdeploy() {
    Map<?, ?> stopWords = (Map<?, ?>) GOLDENS.get("stop_words");
    assertEquals(
        stopWords.keySet().stream().map(String.class::cast).sorted().toList(), templates.names());
    stopWords.forEach(
        (name, words) ->
            assertEquals(
                words, templates.named((String) name).orElseThrow().stopWords(), (String) name));
  }

  private static List<ChatMessage> messages(Object json) {
    return ((List<?>) json)
        .stream()
            .map(message -> (Map<?, ?>) message)
            .map(
                message ->
                    ChatMessage.of((String) message.get("role"), (String) message.get("content")))
            .toList();
  }

  private static Map<?, ?> goldens() {
    try (InputStream json =
        BuiltinTemplatesTest.class.getResourceAsStream("/lmdeploy/prompts.json")) {
      return new JsonMapper().readValue(json, Map.class);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

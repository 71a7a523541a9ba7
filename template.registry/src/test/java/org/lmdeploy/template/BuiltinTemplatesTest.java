package org.lmdeploy.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.template.TemplateInput;
import tools.jackson.databind.json.JsonMapper;

/**
 * The built-in templates against what LMDeploy 0.6.0 renders (see src/test/python). Where ours
 * differ on purpose, differences.json has our prompt, and docs/templates.md the reason.
 */
class BuiltinTemplatesTest {
  private static final Map<?, ?> GOLDENS = read("prompts.json");
  private static final Map<?, ?> DIFFERENCES = read("differences.json");
  private static final Map<?, ?> CONVERSATIONS = (Map<?, ?>) GOLDENS.get("conversations");
  private final BuiltinTemplates templates = BuiltinTemplates.load();

  @TestFactory
  Stream<DynamicTest> promptsAreThoseOfLmdeploy() {
    List<DynamicTest> tests = new ArrayList<>();
    for (var template : ((Map<?, ?>) GOLDENS.get("prompts")).entrySet()) {
      String name = (String) template.getKey();
      for (var golden : ((Map<?, ?>) template.getValue()).entrySet()) {
        String title = (String) golden.getKey();
        String lmdeploys = (String) golden.getValue();
        tests.add(
            DynamicTest.dynamicTest(name + ", " + title, () -> check(name, title, lmdeploys)));
      }
    }
    return tests.stream();
  }

  private void check(String name, String title, String lmdeploys) {
    String ours = prompt(name, title);
    if (DIFFERENCES.get(name) instanceof Map<?, ?> known && known.get(title) != null) {
      assertEquals(known.get(title), ours);
      assertNotEquals(lmdeploys, ours, "there is no difference any more");
    } else {
      assertEquals(lmdeploys, ours);
    }
  }

  /** Each difference stands for a prompt of LMDeploy's. */
  @Test
  void differencesAreChecked() {
    DIFFERENCES.forEach(
        (name, titles) ->
            ((Map<?, ?>) titles)
                .keySet()
                .forEach(
                    title ->
                        assertTrue(
                            ((Map<?, ?>) ((Map<?, ?>) GOLDENS.get("prompts")).get(name))
                                .containsKey(title),
                            name + ", " + title)));
  }

  @TestFactory
  Stream<DynamicTest> fieldsOfAChatTemplateConfigCountAsInLmdeploy() {
    return ((List<?>) GOLDENS.get("configured"))
        .stream()
            .map(entry -> (Map<?, ?>) entry)
            .map(
                entry ->
                    DynamicTest.dynamicTest(
                        entry.get("config").toString(),
                        () -> {
                          ChatTemplate template = configured(entry.get("config"));
                          assertStopWords(entry, template);
                          ((Map<?, ?>) entry.get("prompts"))
                              .forEach(
                                  (title, prompt) ->
                                      assertEquals(
                                          prompt, Prompts.text(template.render(input(title)))));
                        }));
  }

  @TestFactory
  Stream<DynamicTest> capabilitiesAreThoseOfLmdeploy() {
    return ((List<?>) GOLDENS.get("capabilities"))
        .stream()
            .map(entry -> (Map<?, ?>) entry)
            .map(
                entry ->
                    DynamicTest.dynamicTest(
                        entry.get("config").toString(),
                        () -> {
                          ChatTemplate template = configured(entry.get("config"));
                          var message = ChatMessage.of("user", (String) entry.get("text"));
                          assertEquals(
                              entry.get("prompt"),
                              Prompts.text(template.render(Prompts.input(message))));
                          assertStopWords(entry, template);
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
    assertEquals(new TreeSet<>(stopWords.keySet()), new TreeSet<>(templates.names()));
    stopWords.forEach(
        (name, words) ->
            assertEquals(
                words, templates.named((String) name).orElseThrow().stopWords(), (String) name));
  }

  @Test
  void theDocumentationListsThemAll() throws IOException {
    Path docs = Path.of(System.getProperty("lmdeploy.root", ".."), "docs/templates.md");
    String text = Files.readString(docs);
    templates.names().forEach(name -> assertTrue(text.contains("| `" + name + "` |"), name));
  }

  private String prompt(String name, String title) {
    return text(name, templates.named(name).orElseThrow().render(input(title)));
  }

  /** Images as LMDeploy's text has them; InternVL's tags come from the family there. */
  private static String text(String name, List<PromptPiece> pieces) {
    String image = name.startsWith("internvl") ? "<img><IMAGE_TOKEN></img>" : "<IMAGE_TOKEN>";
    return Prompts.text(pieces).replaceAll("\\[image \\d+]", image);
  }

  /** A conversation, without a family's own form of images. */
  private static TemplateInput input(Object title) {
    List<ChatMessage> messages =
        ((List<?>) CONVERSATIONS.get(title)).stream().map(BuiltinTemplatesTest::message).toList();
    List<Map<String, Object>> tools = new ArrayList<>();
    if (((String) title).startsWith("tools")) {
      for (Object tool : (List<?>) GOLDENS.get("tools")) {
        tools.add(Map.of("type", "function", "function", tool));
      }
    }
    return new TemplateInput(messages, "", "", tools, Map.of());
  }

  private static ChatMessage message(Object json) {
    Map<?, ?> message = (Map<?, ?>) json;
    String role = ((String) message.get("role")).replace("TOOL", "tool");
    if (message.get("content") instanceof String text) {
      return ChatMessage.of(role, text);
    }
    List<ContentPart> parts = new ArrayList<>();
    for (Object part : (List<?>) message.get("content")) {
      Object text = ((Map<?, ?>) part).get("text");
      parts.add(text == null ? Prompts.image() : new TextPart((String) text));
    }
    return new ChatMessage(role, parts);
  }

  private static ChatTemplate configured(Object config) {
    String json = new JsonMapper().writeValueAsString(config);
    return new TemplateRegistry()
        .choose(Prompts.files(Path.of("model")), Optional.of(json))
        .template();
  }

  private static void assertStopWords(Map<?, ?> golden, ChatTemplate template) {
    Object words = golden.get("stop_words");
    assertEquals(words == null ? List.of() : words, template.stopWords());
  }

  private static Map<?, ?> read(String name) {
    try (InputStream json = BuiltinTemplatesTest.class.getResourceAsStream("/lmdeploy/" + name)) {
      return new JsonMapper().readValue(json, Map.class);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

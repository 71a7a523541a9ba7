package org.lmdeploy.runtime.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.parser.ReasoningParser;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.runtime.LoadOptions;

/** Which parsers a model gets, and what is told of it. */
class ParsersTest {
  private final ToolParser shy = tools(Optional.empty(), "shy");
  private final ToolParser fitting = tools(Optional.of("it fits"), "fitting", "other-name");
  private final Components components = new Components(_ -> Optional.empty());
  private final List<String> why = new ArrayList<>();

  ParsersTest() {
    components.toolParsers.addAll(List.of(shy, fitting));
  }

  @Test
  void theOneThatFitsIsTaken() {
    assertEquals(Optional.of(fitting), choose(Optional.empty(), Optional.empty()).tools());
    assertEquals("tools      fitting  (it fits)", why.getFirst());
    assertTrue(why.getLast().startsWith("reasoning  none  ("), why::toString);
    assertTrue(why.getLast().contains("--reasoning-parser"), why::toString);
  }

  @Test
  void aNameIsStronger() {
    ReasoningParser thinking =
        Blank.of(
            ReasoningParser.class,
            Map.of("names", List.of("default", "deepseek-r1"), "accepts", Optional.empty()));
    components.reasoningParsers.add(thinking);
    Parsers parsers = choose(Optional.of("shy"), Optional.of("deepseek-r1"));
    assertEquals(List.of(shy, thinking), parsers.parts());
    assertEquals("tools      shy  (asked for by --tool-call-parser)", why.getFirst());
    assertEquals("reasoning  deepseek-r1  (asked for by --reasoning-parser)", why.getLast());
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    InvalidRequestException e =
        assertThrows(
            InvalidRequestException.class, () -> choose(Optional.of("x"), Optional.empty()));
    assertTrue(e.getMessage().contains("[fitting, other-name, shy]"), e::getMessage);
  }

  private Parsers choose(Optional<String> tools, Optional<String> reasoning) {
    ModelFiles files =
        new ModelFiles(
            Path.of("m"),
            ConfigTree.of("config.json", Map.of()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return Parsers.choose(
        components,
        Blank.of(ChatTemplate.class, Map.of("name", "t")),
        files,
        LoadOptions.of("m").withParsers(tools, reasoning),
        why);
  }

  private static ToolParser tools(Optional<String> accepts, String... names) {
    return Blank.of(ToolParser.class, Map.of("names", List.of(names), "accepts", accepts));
  }
}

package org.lmdeploy.server.http.openai;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.parser.AnswerReader;
import org.lmdeploy.api.parser.ToolParser;

/**
 * The tools of a request and how they may be called.
 *
 * @param tools those that may be called, at least one
 * @param parser knows how the model writes calls
 * @param required whether there must be a call
 * @param several whether there may be more than one
 */
public record ToolUse(List<Tool> tools, ToolParser parser, boolean required, boolean several) {
  /** Copies the list. */
  public ToolUse {
    tools = List.copyOf(tools);
  }

  /** What the chat template is given. */
  List<Map<String, Object>> shown() {
    return tools.stream().map(Tool::shown).toList();
  }

  AnswerReader reader() {
    return parser.start(tools.stream().map(Tool::name).collect(Collectors.toSet()));
  }

  /**
   * What the answer must be, if the request asks for anything that the model alone does not
   * guarantee: a call, a single one, or strict arguments.
   */
  Optional<OutputFormat> format() {
    boolean strict = tools.stream().anyMatch(tool -> tool.strict().orElse(false));
    if (!required && several && !strict) {
      return Optional.empty();
    }
    return Optional.of(
        parser.format(
            tools.stream().map(tool -> tool.callable(required)).toList(), required, several));
  }
}

package org.lmdeploy.server.http.openai;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.parser.AnswerReader;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.runtime.ServedModel;

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

  /**
   * The tools of a request as it wants them to be used; empty if none may be called.
   *
   * @throws InvalidRequestException if the choice does not fit the tools
   * @throws UnsupportedFeatureException if it is not known how the model writes calls
   */
  public static Optional<ToolUse> of(
      List<Tool> tools, ToolChoice choice, boolean several, ServedModel model) {
    if (tools.isEmpty() && !choice.isPossibleWithoutTools()) {
      throw new InvalidRequestException(
          "tool_choice", "tool_choice asks for a call of a tool; it needs tools");
    }
    requireNames(tools);
    if (tools.isEmpty() || choice.equals(ToolChoice.NONE)) {
      return Optional.empty();
    }
    return Optional.of(new ToolUse(choice.of(tools), parser(model), choice.required(), several));
  }

  private static void requireNames(List<Tool> tools) {
    Set<String> names = new HashSet<>();
    for (Tool tool : tools) {
      if (!names.add(tool.name())) {
        throw new InvalidRequestException(
            "tools", "tools has two functions of the name " + tool.name());
      }
    }
  }

  private static ToolParser parser(ServedModel model) {
    return model
        .toolParser()
        .orElseThrow(
            () ->
                new UnsupportedFeatureException(
                    "tools",
                    "it is not known how the model "
                        + model.name()
                        + " writes calls of tools; leave tools out, set tool_choice to \"none\", or"
                        + " have the server started with --tool-call-parser"));
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
    return Optional.of(format(required));
  }

  /** An answer that is nothing but calls. */
  OutputFormat callsAlone() {
    return format(true);
  }

  private OutputFormat format(boolean call) {
    return parser.format(
        tools.stream().map(tool -> tool.callable(required)).toList(), call, several);
  }
}

package org.lmdeploy.server.http.openai;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * Which tools an answer may call.
 *
 * @param required whether it must call one
 * @param allowed names of those that it may call; empty for all
 */
public record ToolChoice(boolean required, Optional<Set<String>> allowed) {
  /** No tool, so that the model is not told of any. */
  public static final ToolChoice NONE = new ToolChoice(false, Optional.of(Set.of()));

  /** Any tool or none. */
  public static final ToolChoice AUTO = new ToolChoice(false, Optional.empty());

  /** At least one, and any. */
  public static final ToolChoice REQUIRED = new ToolChoice(true, Optional.empty());

  /** Copies the set. */
  public ToolChoice {
    allowed = allowed.map(Set::copyOf);
  }

  boolean isPossibleWithoutTools() {
    return equals(AUTO) || equals(NONE);
  }

  /**
   * Those of a request's tools that may be called.
   *
   * @throws InvalidRequestException if it names one that there is not
   */
  List<Tool> of(List<Tool> tools) {
    List<String> names = tools.stream().map(Tool::name).toList();
    for (String name : allowed.orElse(Set.of())) {
      if (!names.contains(name)) {
        throw new InvalidRequestException(
            "tool_choice",
            "tool_choice names the function " + name + "; there are " + String.join(", ", names));
      }
    }
    return allowed
        .map(chosen -> tools.stream().filter(tool -> chosen.contains(tool.name())).toList())
        .orElse(tools);
  }
}

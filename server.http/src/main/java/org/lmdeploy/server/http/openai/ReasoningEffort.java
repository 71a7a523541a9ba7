package org.lmdeploy.server.http.openai;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.json.Problems;

/** How much a model is to reason, which is its chat template's matter. */
public final class ReasoningEffort {
  private static final String VARIABLE = "reasoning_effort";
  private static final List<String> VALUES =
      List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

  private ReasoningEffort() {}

  /**
   * The variables of the template.
   *
   * @param name the field, for errors
   * @param effort its value
   * @throws UnsupportedFeatureException if the template takes no effort
   */
  public static Map<String, Object> variables(
      String name, Optional<String> effort, ServedModel model) {
    if (effort.isEmpty()) {
      return Map.of();
    }
    String value = effort.get();
    if (!VALUES.contains(value)) {
      throw new InvalidRequestException(
          name,
          name
              + " is \""
              + Problems.shown(value)
              + "\"; it must be one of "
              + String.join(", ", VALUES));
    }
    if (model.templateTakes(VARIABLE)) {
      return Map.of(VARIABLE, value);
    }
    if (!value.equals("none")) {
      throw new UnsupportedFeatureException(
          name,
          name
              + " is \""
              + value
              + "\", and the model's chat template does not take it; leave it out");
    }
    return Map.of();
  }
}

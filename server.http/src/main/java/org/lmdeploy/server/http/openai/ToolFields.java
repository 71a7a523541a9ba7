package org.lmdeploy.server.http.openai;

import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.server.http.json.Fields;
import tools.jackson.databind.JsonNode;

/**
 * The fields for calls of tools: nothing can be called yet, and only asking for nothing is
 * accepted.
 */
final class ToolFields {
  private ToolFields() {}

  static void refuse(Fields body) {
    body.flag("parallel_tool_calls", true);
    boolean tools =
        body.value("tools").filter(node -> !(node.isArray() && node.isEmpty())).isPresent();
    JsonNode choice = body.value("tool_choice").orElse(null);
    if (is(choice, "none") || !tools && (choice == null || is(choice, "auto"))) {
      return;
    }
    throw new UnsupportedFeatureException(
        tools ? "tools" : "tool_choice",
        "calls of tools are not supported; leave tools out, or set tool_choice to \"none\"");
  }

  private static boolean is(JsonNode choice, String text) {
    return choice != null && choice.isString() && choice.stringValue().equals(text);
  }
}

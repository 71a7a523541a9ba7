package org.lmdeploy.server.http.openai;

import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.parser.CallableFunction;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import tools.jackson.databind.JsonNode;

/**
 * A function that a request offers.
 *
 * @param name its name
 * @param shown what the chat template is given: OpenAI's object
 * @param schema the JSON Schema of its arguments as JSON text; empty if they may be any object
 * @param strict whether calls must obey the schema; empty if the request says nothing of it
 */
public record Tool(
    String name, Map<String, Object> shown, Optional<String> schema, Optional<Boolean> strict) {
  /** Reads the object {@code function} of a tool. */
  @SuppressWarnings("unchecked") // an object became a map with texts as keys
  static Tool read(Fields function, Object shown) {
    String name =
        function
            .text("name")
            .orElseThrow(() -> Problems.missing(function.name("name"), "a function's name"));
    requireName(function.name("name"), name);
    function.text("description");
    Optional<JsonNode> parameters = function.value("parameters");
    parameters
        .filter(node -> !node.isObject())
        .ifPresent(
            node -> {
              throw Problems.wrong(
                  function.name("parameters"), node, "a JSON Schema, which is an object");
            });
    Optional<Boolean> strict = function.value("strict").map(_ -> function.flag("strict", false));
    function.refuseUnknown();
    return new Tool(
        name,
        (Map<String, Object>) shown,
        parameters.filter(node -> !node.isEmpty()).map(JsonNode::toString),
        strict);
  }

  private static void requireName(String field, String name) {
    try {
      CallableFunction.requireName(name);
    } catch (InvalidRequestException e) {
      throw new InvalidRequestException(field, field + ": " + e.getMessage(), e);
    }
  }

  /**
   * The function with what its arguments must be.
   *
   * @param byDefault whether they obey the schema where {@code strict} says nothing
   */
  CallableFunction callable(boolean byDefault) {
    OutputFormat arguments =
        strict.orElse(byDefault) && schema.isPresent()
            ? new OutputFormat.JsonSchema(schema.get())
            : new OutputFormat.JsonObject();
    return new CallableFunction(name, arguments);
  }
}

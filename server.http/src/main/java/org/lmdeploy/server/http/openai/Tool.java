package org.lmdeploy.server.http.openai;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.parser.CallableFunction;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
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
  /**
   * Reads OpenAI's fields of a function; others are left to be refused.
   *
   * @param node the object that the fields are of
   */
  @SuppressWarnings("unchecked") // an object becomes a map with texts as keys
  public static Tool read(Fields function, JsonNode node) {
    String name =
        function
            .text("name")
            .orElseThrow(() -> Problems.missing(function.name("name"), "a function's name"));
    function.text("description");
    Map<String, Object> shown = (Map<String, Object>) Values.plain(node);
    shown.remove("type"); // of the protocol that has it beside the name
    return of(function, name, shown, "parameters");
  }

  /**
   * Checks and puts together what a protocol says of a function.
   *
   * @param fields the fields, of which those of the schema and {@code strict} are read
   * @param function what the chat template is told, OpenAI's object {@code function}
   * @param schemaField the field with the schema of its arguments
   */
  public static Tool of(
      Fields fields, String name, Map<String, Object> function, String schemaField) {
    requireName(fields.name("name"), name);
    Optional<JsonNode> schema = fields.value(schemaField);
    schema
        .filter(node -> !node.isObject())
        .ifPresent(
            node -> {
              throw Problems.wrong(
                  fields.name(schemaField), node, "a JSON Schema, which is an object");
            });
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("type", "function");
    shown.put("function", function);
    return new Tool(
        name,
        shown,
        schema.filter(node -> !node.isEmpty()).map(JsonNode::toString),
        fields.value("strict").map(_ -> fields.flag("strict", false)));
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

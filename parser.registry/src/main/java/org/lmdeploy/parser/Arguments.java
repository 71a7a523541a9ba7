package org.lmdeploy.parser;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks of complete JSON values. */
final class Arguments {
  private static final JsonMapper JSON = new JsonMapper();

  private Arguments() {}

  static boolean isObject(String json) {
    return parse(json).filter(JsonNode::isObject).isPresent();
  }

  static boolean isNull(String json) {
    return parse(json).filter(JsonNode::isNull).isPresent();
  }

  /** The text of a JSON string. */
  static Optional<String> string(String json) {
    return parse(json).filter(JsonNode::isString).map(JsonNode::stringValue);
  }

  private static Optional<JsonNode> parse(String json) {
    try {
      return Optional.of(JSON.readTree(json));
    } catch (JacksonException e) {
      return Optional.empty(); // which is the answer to the question
    }
  }
}

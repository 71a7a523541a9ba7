package org.lmdeploy.grammar.schema;

import java.util.EnumSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Kinds of values. They do not overlap: what JSON Schema calls a number is the last two. */
enum Type {
  NULL,
  BOOLEAN,
  STRING,
  ARRAY,
  OBJECT,
  INTEGER,
  FRACTION;

  /** What a keyword {@code type} permits. */
  static Set<Type> of(SchemaNode node) {
    JsonNode value = node.json().get("type");
    EnumSet<Type> types = EnumSet.noneOf(Type.class);
    if (value.isArray() && !value.isEmpty()) {
      value.forEach(name -> types.addAll(named(node, name)));
    } else {
      types.addAll(named(node, value));
    }
    return types;
  }

  private static Set<Type> named(SchemaNode node, JsonNode name) {
    return switch (name.isString() ? name.stringValue() : "") {
      case "null" -> EnumSet.of(NULL);
      case "boolean" -> EnumSet.of(BOOLEAN);
      case "string" -> EnumSet.of(STRING);
      case "array" -> EnumSet.of(ARRAY);
      case "object" -> EnumSet.of(OBJECT);
      case "integer" -> EnumSet.of(INTEGER);
      case "number" -> EnumSet.of(INTEGER, FRACTION);
      default ->
          throw node.invalid(
              "type",
              "must be null, boolean, string, array, object, integer or number, or a list of"
                  + " these");
    };
  }

  /**
   * The kind of a value. A number without a fractional part is an integer however it is written.
   */
  static Type of(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue().stripTrailingZeros().scale() <= 0 ? INTEGER : FRACTION;
    }
    return switch (value.getNodeType()) {
      case NULL -> NULL;
      case BOOLEAN -> BOOLEAN;
      case ARRAY -> ARRAY;
      case OBJECT -> OBJECT;
      default -> STRING;
    };
  }
}

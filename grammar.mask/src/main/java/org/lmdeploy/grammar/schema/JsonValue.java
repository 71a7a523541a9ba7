package org.lmdeploy.grammar.schema;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.lmdeploy.grammar.regex.Spelling;
import tools.jackson.databind.JsonNode;

/** A value of a schema, with JSON Schema's equality: 1 is 1.0, and members have no order. */
final class JsonValue {
  private final JsonNode json;
  private final Object normal;

  JsonValue(JsonNode json) {
    this.json = json;
    normal = normal(json);
  }

  JsonNode json() {
    return json;
  }

  Type type() {
    return Type.of(json);
  }

  /** A value that is equal only to those of equal values. */
  private static Object normal(JsonNode node) {
    return switch (Type.of(node)) {
      case INTEGER, FRACTION -> {
        BigDecimal number = node.decimalValue();
        yield number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
      }
      case ARRAY -> node.valueStream().map(JsonValue::normal).toList();
      case OBJECT -> {
        Map<String, Object> members = new HashMap<>();
        node.propertyStream().forEach(e -> members.put(e.getKey(), normal(e.getValue())));
        yield members;
      }
      case STRING -> '"' + node.stringValue();
      case NULL, BOOLEAN -> node.toString();
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonValue value && normal.equals(value.normal);
  }

  @Override
  public int hashCode() {
    return normal.hashCode();
  }

  /** The value as answers have it. */
  @Override
  public String toString() {
    return text(json);
  }

  private static String text(JsonNode node) {
    return switch (Type.of(node)) {
      case ARRAY -> {
        StringJoiner items = new StringJoiner(", ", "[", "]");
        node.forEach(item -> items.add(text(item)));
        yield items.toString();
      }
      case OBJECT -> {
        StringJoiner members = new StringJoiner(", ", "{", "}");
        node.propertyStream()
            .forEach(e -> members.add(quoted(e.getKey()) + ": " + text(e.getValue())));
        yield members.toString();
      }
      case STRING -> quoted(node.stringValue());
      default -> node.toString();
    };
  }

  private static String quoted(String text) {
    return '"' + Spelling.json(text) + '"';
  }
}

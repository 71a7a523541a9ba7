package org.lmdeploy.server.http.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** JSON values as Java's, or an error that names the field. */
public final class Values {
  private Values() {}

  /** A text. */
  public static String text(String name, JsonNode node) {
    if (!node.isString()) {
      throw Problems.wrong(name, node, "a string");
    }
    if (!Unicode.isWellFormed(node.stringValue())) {
      throw Problems.wrong(name, node, "a string without halves of surrogate pairs");
    }
    return node.stringValue();
  }

  /** A finite number. */
  public static double number(String name, JsonNode node) {
    double value = node.isNumber() ? node.numberValue().doubleValue() : Double.NaN;
    if (!Double.isFinite(value)) {
      throw Problems.wrong(name, node, "a number");
    }
    return value;
  }

  /** A whole number within bounds; 5.0 is one. */
  public static int integer(String name, JsonNode node, int least, int most) {
    double value = node.isNumber() ? node.numberValue().doubleValue() : Double.NaN;
    if (!(value >= least && value <= most) || value != Math.rint(value)) {
      String right =
          most == Integer.MAX_VALUE
              ? "a whole number, at least " + least
              : "a whole number from " + least + " to " + most;
      throw Problems.wrong(name, node, right);
    }
    return (int) value;
  }

  /** A list of texts, or a single one. */
  public static List<String> textOrTexts(String name, JsonNode node, int most) {
    if (node.isString()) {
      return List.of(text(name, node));
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list(name, node, "a string or a list of strings", most)) {
      texts.add(text(name + "[" + texts.size() + "]", item));
    }
    return texts;
  }

  /** A list of whole numbers within bounds. */
  public static List<Integer> integers(
      String name, JsonNode node, int least, int most, int mostItems) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode item : list(name, node, "a list of whole numbers", mostItems)) {
      numbers.add(integer(name + "[" + numbers.size() + "]", item, least, most));
    }
    return numbers;
  }

  /** A bounded list. */
  public static JsonNode list(String name, JsonNode node, String right, int mostItems) {
    if (!node.isArray()) {
      throw Problems.wrong(name, node, right);
    }
    if (node.size() > mostItems) {
      throw Problems.tooMany(name, node.size(), mostItems);
    }
    return node;
  }

  /** Any value as Java's maps, lists, strings, numbers and booleans; null stays null. */
  public static Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      node.forEachEntry((key, value) -> map.put(key, plain(value)));
      return map;
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(item -> list.add(plain(item)));
      return list;
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isNumber()) {
      return node.numberValue();
    }
    return node.isNull() ? null : node.stringValue();
  }
}

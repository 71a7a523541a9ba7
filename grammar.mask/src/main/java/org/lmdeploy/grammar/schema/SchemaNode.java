package org.lmdeploy.grammar.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import tools.jackson.databind.JsonNode;

/**
 * A schema inside the document, and where it stands: a JSON pointer, which is its identity.
 *
 * @param path as {@code #/properties/name}
 * @param json an object or a truth value
 */
record SchemaNode(String path, JsonNode json) {
  SchemaNode {
    if (!json.isObject() && !json.isBoolean()) {
      throw new InvalidRequestException(
          "response_format", path + " is no schema: an object, true or false is needed");
    }
  }

  boolean has(String keyword) {
    return json.has(keyword);
  }

  /** A keyword's value that is a schema. */
  Optional<SchemaNode> schema(String keyword) {
    return json.has(keyword)
        ? Optional.of(new SchemaNode(path + '/' + keyword, json.get(keyword)))
        : Optional.empty();
  }

  /** A keyword's value that is a list of schemas; empty if it is missing. */
  List<SchemaNode> schemas(String keyword) {
    List<SchemaNode> list = new ArrayList<>();
    if (json.has(keyword)) {
      JsonNode value = json.get(keyword);
      if (!value.isArray()) {
        throw invalid(keyword, "must be a list of schemas");
      }
      for (int i = 0; i < value.size(); i++) {
        list.add(new SchemaNode(path + '/' + keyword + '/' + i, value.get(i)));
      }
    }
    return list;
  }

  /** One of the schemas by name in a keyword's value. */
  Optional<SchemaNode> schema(String keyword, String name) {
    JsonNode named = named(keyword).get(name);
    return named == null
        ? Optional.empty()
        : Optional.of(new SchemaNode(path + '/' + keyword + '/' + escape(name), named));
  }

  /** The names in a keyword's value, in order. */
  List<String> names(String keyword) {
    return json.has(keyword) ? List.copyOf(named(keyword).propertyNames()) : List.of();
  }

  private JsonNode named(String keyword) {
    JsonNode value = json.path(keyword);
    if (!value.isMissingNode() && !value.isObject()) {
      throw invalid(keyword, "must be an object whose values are schemas");
    }
    return value;
  }

  /** A text. */
  Optional<String> text(String keyword) {
    if (!json.has(keyword)) {
      return Optional.empty();
    }
    if (!json.get(keyword).isString()) {
      throw invalid(keyword, "must be a string");
    }
    return Optional.of(json.get(keyword).stringValue());
  }

  /** A number of things; limited, so that it can be added to. */
  Optional<Integer> count(String keyword) {
    if (!json.has(keyword)) {
      return Optional.empty();
    }
    JsonNode value = json.get(keyword);
    boolean whole =
        value.isNumber()
            && value.decimalValue().signum() >= 0
            && value.decimalValue().remainder(java.math.BigDecimal.ONE).signum() == 0;
    if (!whole) {
      throw invalid(keyword, "must be a whole number from 0");
    }
    return Optional.of(value.decimalValue().min(java.math.BigDecimal.valueOf(1 << 30)).intValue());
  }

  InvalidRequestException invalid(String keyword, String problem) {
    return new InvalidRequestException(
        "response_format", "the schema's " + path + '/' + keyword + ' ' + problem);
  }

  UnsupportedFeatureException unsupported(String keyword, String reason) {
    return new UnsupportedFeatureException(
        "response_format", "the schema's " + path + '/' + keyword + " is not supported: " + reason);
  }

  static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}

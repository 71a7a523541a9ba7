package org.lmdeploy.grammar.schema;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.error.InvalidRequestException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole schema of a request, and what its references lead to. */
final class SchemaDocument {
  private static final int MOST_CHARACTERS = 1_000_000;
  private static final int MOST_DEPTH = 100;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_DEPTH)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final JsonNode root;
  private final String id;
  private final Map<String, SchemaNode> anchors = new HashMap<>();

  private SchemaDocument(JsonNode root) {
    this.root = root;
    id = root.path("$id").isString() ? root.get("$id").stringValue() : "";
    look("#", root);
  }

  static SchemaDocument parse(String json) {
    if (json.length() > MOST_CHARACTERS) {
      throw new InvalidRequestException(
          "response_format", "the schema has more than " + MOST_CHARACTERS + " characters");
    }
    try {
      return new SchemaDocument(MAPPER.readTree(json));
    } catch (JacksonException e) {
      throw new InvalidRequestException(
          "response_format", "the schema is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  SchemaNode root() {
    return new SchemaNode("#", root);
  }

  /** Collects the anchors, and refuses what is no text. */
  private void look(String path, JsonNode node) {
    if (node.isString()) {
      checkText(path, node.stringValue());
    } else if (node.isObject()) {
      JsonNode anchor = node.path("$anchor");
      if (anchor.isString()) {
        anchors.put(anchor.stringValue(), new SchemaNode(path, node));
      }
      node.propertyStream()
          .forEach(
              entry -> {
                checkText(path, entry.getKey());
                look(path + '/' + SchemaNode.escape(entry.getKey()), entry.getValue());
              });
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        look(path + '/' + i, node.get(i));
      }
    }
  }

  private static void checkText(String path, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new InvalidRequestException(
          "response_format", "the schema's " + path + " has half of a surrogate pair in a text");
    }
  }

  /** What the reference of a schema leads to. */
  SchemaNode resolve(SchemaNode from) {
    String ref = from.text("$ref").orElseThrow();
    String fragment = ref.startsWith(id) && !id.isEmpty() ? ref.substring(id.length()) : ref;
    if (!fragment.isEmpty() && !fragment.startsWith("#")) {
      throw from.unsupported("$ref", "only references inside the schema are, as #/$defs/name");
    }
    String pointer;
    try {
      pointer = URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(
          "response_format", "the schema's " + from.path() + "/$ref has a wrong escape", e);
    }
    if (pointer.isEmpty() || pointer.equals("#")) {
      return root();
    }
    if (!pointer.startsWith("#/")) {
      SchemaNode anchored = anchors.get(pointer.substring(1));
      if (anchored == null) {
        throw from.invalid("$ref", "leads to " + ref + ", which is not there");
      }
      return anchored;
    }
    JsonNode at = root;
    List<String> path = new ArrayList<>(List.of("#"));
    for (String escaped : pointer.substring(2).split("/", -1)) {
      String name = escaped.replace("~1", "/").replace("~0", "~");
      at =
          at.isArray() && name.matches("[0-9]{1,9}")
              ? at.path(Integer.parseInt(name))
              : at.path(name);
      path.add(escaped);
    }
    if (at.isMissingNode()) {
      throw from.invalid("$ref", "leads to " + ref + ", which is not there");
    }
    return new SchemaNode(String.join("/", path), at);
  }
}

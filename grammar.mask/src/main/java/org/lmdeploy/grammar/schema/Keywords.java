package org.lmdeploy.grammar.schema;

import java.util.Map;
import java.util.Set;

/** Which keywords there are, and what becomes of each. */
final class Keywords {
  /** Those that say what an object may be. */
  static final Set<String> OF_OBJECTS =
      Set.of(
          "properties",
          "required",
          "additionalProperties",
          "patternProperties",
          "propertyNames",
          "minProperties",
          "maxProperties");

  static final Set<String> OF_ARRAYS =
      Set.of("items", "prefixItems", "minItems", "maxItems", "uniqueItems");
  static final Set<String> OF_STRINGS = Set.of("minLength", "maxLength", "pattern", "format");
  static final Set<String> OF_NUMBERS =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

  private static final Set<String> OF_ALL =
      Set.of(
          "type",
          "enum",
          "const",
          "nullable",
          "anyOf",
          "oneOf",
          "allOf",
          "$ref",
          "$defs",
          "definitions",
          "$anchor",
          "$schema");

  /** They say nothing of what is valid. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "example",
          "$id",
          "$comment",
          "deprecated",
          "readOnly",
          "writeOnly",
          "contentEncoding",
          "contentMediaType",
          "contentSchema",
          "discriminator",
          "externalDocs",
          "xml",
          "markdownDescription");

  private static final String CONDITION =
      "what follows would depend on what was written before; anyOf with a schema for each case may"
          + " do";

  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("not", "say what may be instead of what may not"),
          Map.entry("if", CONDITION),
          Map.entry("then", CONDITION),
          Map.entry("else", CONDITION),
          Map.entry("dependentRequired", CONDITION),
          Map.entry("dependentSchemas", CONDITION),
          Map.entry("dependencies", CONDITION),
          Map.entry("contains", "prefixItems may do"),
          Map.entry("minContains", "prefixItems may do"),
          Map.entry("maxContains", "prefixItems may do"),
          Map.entry("additionalItems", "use prefixItems and items of draft 2020-12"),
          Map.entry("unevaluatedItems", "use items"),
          Map.entry("unevaluatedProperties", "use additionalProperties"),
          Map.entry("$dynamicRef", "use $ref"),
          Map.entry("$dynamicAnchor", "use $anchor"),
          Map.entry("$recursiveRef", "use $ref"),
          Map.entry("$recursiveAnchor", "use $ref"));

  private Keywords() {}

  /** Refuses a schema with a keyword that has no effect here. */
  static void check(SchemaNode node) {
    for (String keyword : node.json().propertyNames()) {
      if (REFUSED.containsKey(keyword)) {
        throw node.unsupported(keyword, REFUSED.get(keyword));
      }
      boolean known =
          OF_ALL.contains(keyword)
              || OF_OBJECTS.contains(keyword)
              || OF_ARRAYS.contains(keyword)
              || OF_STRINGS.contains(keyword)
              || OF_NUMBERS.contains(keyword)
              || ANNOTATIONS.contains(keyword)
              || keyword.startsWith("x-");
      if (!known) {
        throw node.unsupported(keyword, "JSON Schema (draft 2020-12) has no such keyword");
      }
    }
  }
}

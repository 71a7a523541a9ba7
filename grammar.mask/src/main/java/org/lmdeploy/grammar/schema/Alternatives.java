package org.lmdeploy.grammar.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.grammar.automaton.Budget;

/**
 * Takes references, allOf, anyOf and oneOf apart: the schemas that must all be fulfilled become
 * alternatives, each a list of schemas without these keywords. What such a schema says beside them
 * stands in the list too.
 */
final class Alternatives {
  private static final int MOST = 500;

  private final SchemaDocument document;
  private final Budget budget;
  private final Disjointness disjointness;

  Alternatives(SchemaDocument document, Budget budget) {
    this.document = document;
    this.budget = budget;
    disjointness = new Disjointness(this, budget);
  }

  /** The alternatives; an empty one permits everything, and no alternative nothing. */
  List<List<SchemaNode>> of(List<SchemaNode> all) {
    List<List<SchemaNode>> result = new ArrayList<>();
    for (Map<String, SchemaNode> alternative : expand(all, 0)) {
      result.add(alternative.values().stream().filter(Alternatives::saysSomething).toList());
    }
    return result;
  }

  private static boolean saysSomething(SchemaNode node) {
    return node.json().propertyNames().stream()
        .anyMatch(
            k ->
                k.equals("type")
                    || k.equals("enum")
                    || k.equals("const")
                    || Keywords.OF_OBJECTS.contains(k)
                    || Keywords.OF_ARRAYS.contains(k)
                    || Keywords.OF_STRINGS.contains(k)
                    || Keywords.OF_NUMBERS.contains(k));
  }

  private List<Map<String, SchemaNode>> expand(List<SchemaNode> all, int depth) {
    List<Map<String, SchemaNode>> result = new ArrayList<>(List.of(new LinkedHashMap<>()));
    for (SchemaNode node : all) {
      result = both(result, expand(node, depth), node);
    }
    return result;
  }

  private List<Map<String, SchemaNode>> expand(SchemaNode node, int depth) {
    budget.nodes(1);
    if (node.json().isBoolean()) {
      return node.json().booleanValue() ? List.of(Map.of()) : List.of();
    }
    if (depth > 100) {
      throw new InvalidRequestException(
          "response_format", "the schema's " + node.path() + " refers to itself without an end");
    }
    Keywords.check(node);
    List<Map<String, SchemaNode>> result = List.of(Map.of(node.path(), node));
    if (node.has("$ref")) {
      result = both(result, expand(document.resolve(node), depth + 1), node);
    }
    result = both(result, expand(node.schemas("allOf"), depth + 1), node);
    if (node.has("anyOf")) {
      result = both(result, either(node.schemas("anyOf"), depth), node);
    }
    if (node.has("oneOf")) {
      List<SchemaNode> options = node.schemas("oneOf");
      disjointness.check(node, options);
      result = both(result, either(options, depth), node);
    }
    return result;
  }

  private List<Map<String, SchemaNode>> either(List<SchemaNode> options, int depth) {
    List<Map<String, SchemaNode>> result = new ArrayList<>();
    options.forEach(option -> result.addAll(expand(option, depth + 1)));
    return result;
  }

  private List<Map<String, SchemaNode>> both(
      List<Map<String, SchemaNode>> some, List<Map<String, SchemaNode>> others, SchemaNode node) {
    if ((long) some.size() * others.size() > MOST) {
      throw new InvalidRequestException(
          "response_format",
          "the schema's "
              + node.path()
              + " has more than "
              + MOST
              + " combinations of alternatives");
    }
    List<Map<String, SchemaNode>> result = new ArrayList<>();
    for (Map<String, SchemaNode> one : some) {
      for (Map<String, SchemaNode> other : others) {
        budget.nodes(1);
        Map<String, SchemaNode> together = new LinkedHashMap<>(one);
        together.putAll(other);
        result.add(together);
      }
    }
    return result;
  }
}

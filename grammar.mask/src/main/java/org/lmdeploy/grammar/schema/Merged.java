package org.lmdeploy.grammar.schema;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.grammar.automaton.Budget;
import org.lmdeploy.grammar.automaton.Dfa;
import org.lmdeploy.grammar.automaton.DfaTexts;
import tools.jackson.databind.JsonNode;

/** What several schemas permit together; they have neither alternatives nor references. */
final class Merged {
  private final List<SchemaNode> nodes;
  private final EnumSet<Type> types = EnumSet.allOf(Type.class);
  private final Bounds bounds = new Bounds();
  private final StringGrammar strings;
  private final Set<String> required = new LinkedHashSet<>();
  private boolean typed;
  private Set<JsonValue> values;
  private int leastItems;
  private int mostItems = Integer.MAX_VALUE;
  private int leastProperties;
  private int mostProperties = Integer.MAX_VALUE;

  Merged(List<SchemaNode> nodes, Budget budget) {
    this.nodes = nodes;
    strings = new StringGrammar(budget);
    nodes.forEach(this::add);
    if (!typed && values == null) {
      imply();
    }
    checkUnique();
  }

  private void add(SchemaNode node) {
    if (node.has("type")) {
      Set<Type> permitted = Type.of(node);
      if (node.json().path("nullable").asBoolean(false)) {
        permitted.add(Type.NULL);
      }
      types.retainAll(permitted);
      typed = true;
    }
    if (node.has("enum")) {
      JsonNode list = node.json().get("enum");
      if (!list.isArray()) {
        throw node.invalid("enum", "must be a list of values");
      }
      Set<JsonValue> listed = new LinkedHashSet<>();
      list.forEach(value -> listed.add(new JsonValue(value)));
      restrict(listed);
    }
    if (node.has("const")) {
      restrict(Set.of(new JsonValue(node.json().get("const"))));
    }
    bounds.add(node);
    strings.add(node);
    if (node.has("required")) {
      JsonNode list = node.json().get("required");
      if (!list.isArray() || !list.valueStream().allMatch(JsonNode::isString)) {
        throw node.invalid("required", "must be a list of names");
      }
      list.forEach(name -> required.add(name.stringValue()));
    }
    leastItems = Math.max(leastItems, node.count("minItems").orElse(0));
    mostItems = Math.min(mostItems, node.count("maxItems").orElse(Integer.MAX_VALUE));
    leastProperties = Math.max(leastProperties, node.count("minProperties").orElse(0));
    mostProperties =
        Math.min(mostProperties, node.count("maxProperties").orElse(Integer.MAX_VALUE));
  }

  private void restrict(Set<JsonValue> permitted) {
    if (values == null) {
      values = new LinkedHashSet<>(permitted);
    } else {
      values.retainAll(permitted);
    }
  }

  /** Whoever says what a string may be, and of no type, wants a string. */
  private void imply() {
    EnumSet<Type> implied = EnumSet.noneOf(Type.class);
    for (SchemaNode node : nodes) {
      for (String keyword : node.json().propertyNames()) {
        if (Keywords.OF_OBJECTS.contains(keyword)) {
          implied.add(Type.OBJECT);
        } else if (Keywords.OF_ARRAYS.contains(keyword)) {
          implied.add(Type.ARRAY);
        } else if (Keywords.OF_STRINGS.contains(keyword)) {
          implied.add(Type.STRING);
        } else if (Keywords.OF_NUMBERS.contains(keyword)) {
          implied.addAll(EnumSet.of(Type.INTEGER, Type.FRACTION));
        }
      }
    }
    if (!implied.isEmpty()) {
      types.retainAll(implied);
    }
  }

  private void checkUnique() {
    for (SchemaNode node : nodes) {
      if (types.contains(Type.ARRAY)
          && values == null
          && node.json().path("uniqueItems").asBoolean(false)
          && mostItems > 1) {
        throw node.unsupported(
            "uniqueItems", "what follows would depend on what was written before");
      }
    }
  }

  List<SchemaNode> nodes() {
    return nodes;
  }

  /** The types of values that are generated. */
  Set<Type> types() {
    return types;
  }

  /** Whether other types are forbidden and not just left out. */
  boolean isTyped() {
    return typed;
  }

  /** The only values, if they are listed. */
  Optional<Set<JsonValue>> values() {
    return Optional.ofNullable(values);
  }

  Bounds bounds() {
    return bounds;
  }

  StringGrammar strings() {
    return strings;
  }

  Set<String> required() {
    return required;
  }

  int leastItems() {
    return leastItems;
  }

  int mostItems() {
    return mostItems;
  }

  int leastProperties() {
    return leastProperties;
  }

  int mostProperties() {
    return mostProperties;
  }

  /** Whether a listed value is permitted by the other keywords. */
  boolean permits(JsonValue value) {
    Type type = value.type();
    if (!types.contains(type)) {
      return false;
    }
    return switch (type) {
      case STRING -> strings.permits(value.json().stringValue());
      case INTEGER, FRACTION -> bounds.permit(value.json().decimalValue());
      case NULL, BOOLEAN -> true;
      case ARRAY -> lists(value, Keywords.OF_ARRAYS);
      case OBJECT -> lists(value, Keywords.OF_OBJECTS);
    };
  }

  /** Arrays and objects are listed by schemas that say nothing else of them. */
  private boolean lists(JsonValue value, Set<String> keywords) {
    for (SchemaNode node : nodes) {
      for (String keyword : node.json().propertyNames()) {
        if (keywords.contains(keyword)) {
          throw node.unsupported(
              keyword, "beside listed values that are arrays or objects, as " + value);
        }
      }
    }
    return true;
  }

  /** The listed values that are permitted, as an automaton. */
  Dfa valuesDfa(Budget budget) {
    return DfaTexts.of(texts(), budget);
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (JsonValue value : values) {
      if (permits(value)) {
        texts.add(value.toString());
      }
    }
    return texts;
  }
}

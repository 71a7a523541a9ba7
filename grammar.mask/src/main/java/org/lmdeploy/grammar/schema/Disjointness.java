package org.lmdeploy.grammar.schema;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.grammar.automaton.Budget;

/**
 * Shows that no value fulfils two schemas. Only then is one of them the same as any of them, for
 * what is written cannot be compared with the others afterwards.
 */
final class Disjointness {
  private static final int MOST_DEPTH = 3;

  private final Alternatives alternatives;
  private final Budget budget;

  Disjointness(Alternatives alternatives, Budget budget) {
    this.alternatives = alternatives;
    this.budget = budget;
  }

  /** Refuses a oneOf with options that may overlap. */
  void check(SchemaNode node, List<SchemaNode> options) {
    List<List<Merged>> merged = options.stream().map(option -> merged(List.of(option))).toList();
    for (int i = 0; i < options.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (!disjoint(merged.get(i), merged.get(j), 0)) {
          throw node.unsupported(
              "oneOf",
              "a value may fulfil both option "
                  + j
                  + " and option "
                  + i
                  + "; use anyOf, or different types, or a required property with a const of its"
                  + " own in each option");
        }
      }
    }
  }

  private List<Merged> merged(List<SchemaNode> all) {
    return alternatives.of(all).stream().map(each -> new Merged(each, budget)).toList();
  }

  private boolean disjoint(List<Merged> some, List<Merged> others, int depth) {
    if (depth > MOST_DEPTH) {
      return false;
    }
    for (Merged one : some) {
      for (Merged other : others) {
        if (!disjoint(one, other, depth)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean disjoint(Merged one, Merged other, int depth) {
    budget.steps(100L + 10L * size(one) + 10L * size(other));
    if (one.values().isPresent() && other.values().isPresent()) {
      Set<JsonValue> both = new HashSet<>(one.values().get());
      both.retainAll(other.values().get());
      return both.isEmpty();
    }
    Set<Type> types = new HashSet<>(possible(one));
    types.retainAll(possible(other));
    for (Type type : types) {
      boolean apart =
          switch (type) {
            case INTEGER, FRACTION -> one.bounds().excludes(other.bounds());
            case OBJECT -> objectsDiffer(one, other, depth) || objectsDiffer(other, one, depth);
            default -> false;
          };
      if (!apart) {
        return false;
      }
    }
    return true;
  }

  private static int size(Merged merged) {
    return merged.values().map(Set::size).orElse(0)
        + merged.required().size() * merged.nodes().size();
  }

  /** The types that values may have, also those that are not generated. */
  private static Set<Type> possible(Merged merged) {
    if (merged.values().isPresent()) {
      Set<Type> types = new HashSet<>();
      merged.values().get().forEach(value -> types.add(value.type()));
      if (merged.isTyped()) {
        types.retainAll(merged.types());
      }
      return types;
    }
    return merged.isTyped() ? merged.types() : Set.of(Type.values());
  }

  /** Whether a property that one requires cannot be what the other wants it to be. */
  private boolean objectsDiffer(Merged one, Merged other, int depth) {
    for (String name : one.required()) {
      for (SchemaNode node : other.nodes()) {
        if (closes(node, name)) {
          return true;
        }
      }
      List<SchemaNode> some = properties(one, name);
      List<SchemaNode> others = properties(other, name);
      if (!some.isEmpty()
          && !others.isEmpty()
          && disjoint(merged(some), merged(others), depth + 1)) {
        return true;
      }
    }
    return false;
  }

  private static boolean closes(SchemaNode node, String name) {
    return node.json().path("additionalProperties").isBoolean()
        && !node.json().get("additionalProperties").booleanValue()
        && !node.has("patternProperties")
        && node.schema("properties", name).isEmpty();
  }

  private static List<SchemaNode> properties(Merged merged, String name) {
    Set<SchemaNode> found = new LinkedHashSet<>();
    merged.nodes().stream()
        .map(node -> node.schema("properties", name))
        .flatMap(Optional::stream)
        .forEach(found::add);
    return List.copyOf(found);
  }
}

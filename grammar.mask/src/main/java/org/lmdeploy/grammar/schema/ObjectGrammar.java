package org.lmdeploy.grammar.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.grammar.automaton.Budget;
import org.lmdeploy.grammar.automaton.Dfa;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Elements;
import org.lmdeploy.grammar.json.JsonText;
import org.lmdeploy.grammar.json.JsonValues;
import org.lmdeploy.grammar.json.ObjectShape;
import org.lmdeploy.grammar.regex.RegexParser;
import org.lmdeploy.grammar.regex.Spelling;

/**
 * Which objects are permitted. Members that a schema names come in its order, others after them.
 * Where a schema names members and says nothing of others, there are none.
 */
final class ObjectGrammar {
  private static final int MOST_PATTERNS = 8;

  private final SchemaCompiler compiler;
  private final Merged merged;
  private final Budget budget;
  private final List<Pattern> patterns = new ArrayList<>();
  private final Optional<Dfa> names;

  /**
   * A member of patternProperties.
   *
   * @param surely the keys that the pattern matches for everybody
   * @param maybe the keys that it matches for anybody
   */
  private record Pattern(SchemaNode of, SchemaNode value, Dfa surely, Dfa maybe) {}

  /** Keys that the same patterns match. */
  private record Cell(Dfa keys, Set<Pattern> matching) {}

  ObjectGrammar(SchemaCompiler compiler, Merged merged, Budget budget) {
    this.compiler = compiler;
    this.merged = merged;
    this.budget = budget;
    List<SchemaNode> propertyNames = new ArrayList<>();
    for (SchemaNode node : merged.nodes()) {
      node.schema("propertyNames").ifPresent(propertyNames::add);
      for (String pattern : node.names("patternProperties")) {
        String what = "the schema's " + node.path() + "/patternProperties/" + pattern;
        patterns.add(
            new Pattern(
                node,
                node.schema("patternProperties", pattern).orElseThrow(),
                JsonText.quoted(RegexParser.somewhere(what, pattern), budget),
                JsonText.quoted(RegexParser.anywhere(what, pattern), budget)));
        if (patterns.size() > MOST_PATTERNS) {
          throw node.unsupported(
              "patternProperties", "more than " + MOST_PATTERNS + " are too many");
        }
      }
    }
    names = compiler.names(propertyNames);
  }

  Element element() {
    Set<String> named = new LinkedHashSet<>();
    merged.nodes().forEach(node -> named.addAll(node.names("properties")));
    boolean anything =
        named.isEmpty()
            && merged.required().isEmpty()
            && patterns.isEmpty()
            && names.isEmpty()
            && merged.nodes().stream().noneMatch(node -> node.has("additionalProperties"))
            && merged.leastProperties() == 0
            && merged.mostProperties() == Integer.MAX_VALUE;
    if (anything) {
      return JsonValues.object();
    }
    named.addAll(merged.required());
    List<ObjectShape.Property> properties = new ArrayList<>();
    for (String name : named) {
      boolean required = merged.required().contains(name);
      properties.add(new ObjectShape.Property(name, value(name), required));
    }
    return new ObjectShape(properties, others(), merged.leastProperties(), merged.mostProperties())
        .element();
  }

  private Element value(String name) {
    byte[] key = ('"' + Spelling.json(name) + '"').getBytes(StandardCharsets.UTF_8);
    if (names.isPresent() && !names.get().contains(key)) {
      return Elements.choice(List.of());
    }
    List<SchemaNode> all = new ArrayList<>();
    for (SchemaNode node : merged.nodes()) {
      Optional<SchemaNode> property = node.schema("properties", name);
      property.ifPresent(all::add);
      boolean surely = property.isPresent();
      for (Pattern pattern : patterns) {
        if (pattern.of() == node && pattern.maybe().contains(key)) {
          all.add(pattern.value());
          surely |= pattern.surely().contains(key);
        }
      }
      if (!surely) {
        node.schema("additionalProperties").ifPresent(all::add);
      }
    }
    return all.isEmpty() ? JsonValues.value() : compiler.element(all);
  }

  private List<ObjectShape.Keys> others() {
    List<ObjectShape.Keys> others = new ArrayList<>();
    for (Cell cell : cells()) {
      value(cell).ifPresent(value -> others.add(new ObjectShape.Keys(cell.keys(), value)));
    }
    return others;
  }

  private List<Cell> cells() {
    List<Cell> cells = List.of(new Cell(names.orElse(JsonText.KEY), Set.of()));
    for (Pattern pattern : patterns) {
      List<Cell> split = new ArrayList<>();
      for (Cell cell : cells) {
        Set<Pattern> more = new LinkedHashSet<>(cell.matching());
        more.add(pattern);
        split.add(new Cell(cell.keys().and(pattern.surely(), budget), more));
        split.add(new Cell(cell.keys().minus(pattern.maybe(), budget), cell.matching()));
      }
      split.removeIf(cell -> cell.keys().isEmpty());
      cells = split;
    }
    return cells.stream().filter(cell -> !cell.keys().isEmpty()).toList();
  }

  /** What the values of some keys may be; none if there are no such members. */
  private Optional<Element> value(Cell cell) {
    List<SchemaNode> all = new ArrayList<>();
    boolean permitted = !cell.matching().isEmpty();
    boolean closed = false;
    for (SchemaNode node : merged.nodes()) {
      boolean matched = false;
      for (Pattern pattern : cell.matching()) {
        if (pattern.of() == node) {
          all.add(pattern.value());
          matched = true;
        }
      }
      if (!matched && node.has("additionalProperties")) {
        all.add(node.schema("additionalProperties").orElseThrow());
        permitted = true;
      }
      closed |= node.has("properties") || node.has("patternProperties");
    }
    // not named and not spoken of: left out, unless nothing is named at all
    if (!permitted && closed) {
      return Optional.empty();
    }
    return Optional.of(all.isEmpty() ? JsonValues.value() : compiler.element(all));
  }
}

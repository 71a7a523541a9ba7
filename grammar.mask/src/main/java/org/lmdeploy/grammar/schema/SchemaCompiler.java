package org.lmdeploy.grammar.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.lmdeploy.grammar.automaton.Budget;
import org.lmdeploy.grammar.automaton.Dfa;
import org.lmdeploy.grammar.automaton.DfaTexts;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Elements;
import org.lmdeploy.grammar.automaton.Rule;
import org.lmdeploy.grammar.json.JsonText;
import org.lmdeploy.grammar.json.JsonValues;

/**
 * Makes the grammar of a JSON Schema (draft 2020-12). A set of schemas that must all be fulfilled
 * becomes one rule, so that schemas that contain themselves become rules that do.
 */
public final class SchemaCompiler {
  private final SchemaDocument document;
  private final Budget budget;
  private final Alternatives alternatives;
  private final Map<Set<String>, Element> rules = new HashMap<>();

  private SchemaCompiler(SchemaDocument document, Budget budget) {
    this.document = document;
    this.budget = budget;
    alternatives = new Alternatives(document, budget);
  }

  /**
   * The grammar of the values that a schema permits.
   *
   * @throws org.lmdeploy.api.error.InvalidRequestException if the schema is malformed or too large
   * @throws org.lmdeploy.api.error.UnsupportedFeatureException if it has a keyword that cannot be
   *     guaranteed
   */
  public static Element compile(String schema, Budget budget) {
    SchemaDocument document = SchemaDocument.parse(schema);
    SchemaCompiler compiler = new SchemaCompiler(document, budget);
    Element start = compiler.element(List.of(document.root()));
    compiler.finish();
    return start;
  }

  /** Rules whose bodies are not known yet: made one after the other, not one inside the other. */
  private final List<Runnable> open = new ArrayList<>();

  private void finish() {
    for (int i = 0; i < open.size(); i++) {
      open.get(i).run();
    }
  }

  /** What fulfils all of some schemas. */
  Element element(List<SchemaNode> all) {
    budget.nodes(1 + all.size());
    Set<String> paths = new TreeSet<>();
    all.forEach(node -> paths.add(node.path()));
    return rules.computeIfAbsent(
        paths,
        _ -> {
          Rule rule = new Rule();
          open.add(() -> rule.define(body(all)));
          return rule;
        });
  }

  private Element body(List<SchemaNode> all) {
    List<Element> options = new ArrayList<>();
    for (List<SchemaNode> alternative : alternatives.of(all)) {
      if (alternative.isEmpty()) {
        options.add(JsonValues.value());
      } else {
        addTypes(new Merged(alternative, budget), options);
      }
    }
    return Elements.choice(options);
  }

  private void addTypes(Merged merged, List<Element> options) {
    if (merged.values().isPresent()) {
      var values = merged.valuesDfa(budget);
      if (!values.isEmpty()) {
        options.add(values.start());
      }
      return;
    }
    Set<Type> types = merged.types();
    for (Type type : types) {
      switch (type) {
        case NULL -> options.add(JsonText.NULL);
        case BOOLEAN -> {
          options.add(JsonText.TRUE);
          options.add(JsonText.FALSE);
        }
        case STRING -> options.add(merged.strings().element());
        case ARRAY -> options.add(new ArrayGrammar(this, merged).element());
        case OBJECT -> options.add(new ObjectGrammar(this, merged, budget).element());
        case INTEGER -> {
          if (!types.contains(Type.FRACTION)) {
            options.add(new NumberGrammar(merged.bounds(), budget).element(false));
          }
        }
        case FRACTION -> options.add(new NumberGrammar(merged.bounds(), budget).element(true));
      }
    }
  }

  /** The strings with their quotes that fulfil all of some schemas, if these say anything. */
  Optional<Dfa> names(List<SchemaNode> all) {
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Dfa names = null;
    List<List<SchemaNode>> each = alternatives.of(all);
    if (each.size() > 1) {
      throw all.getFirst()
          .unsupported("anyOf", "names of properties need a schema without alternatives");
    }
    for (List<SchemaNode> alternative : each) {
      Merged merged = new Merged(alternative, budget);
      names =
          !merged.types().contains(Type.STRING)
              ? DfaTexts.of(List.of(), budget)
              : merged.values().isPresent() ? merged.valuesDfa(budget) : merged.strings().quoted();
    }
    return Optional.of(names == null ? DfaTexts.of(List.of(), budget) : names);
  }
}

package org.lmdeploy.grammar.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.json.ArrayShape;
import org.lmdeploy.grammar.json.JsonValues;

/** Which arrays are permitted. */
final class ArrayGrammar {
  private final SchemaCompiler compiler;
  private final Merged merged;

  ArrayGrammar(SchemaCompiler compiler, Merged merged) {
    this.compiler = compiler;
    this.merged = merged;
  }

  Element element() {
    List<SchemaNode> nodes = merged.nodes();
    int length = 0;
    boolean anything = true;
    for (SchemaNode node : nodes) {
      if (node.has("items") && node.json().get("items").isArray()) {
        throw node.unsupported("items", "a list of schemas is prefixItems since draft 2020-12");
      }
      length = Math.max(length, node.schemas("prefixItems").size());
      anything &= !node.has("items") && !node.has("prefixItems");
    }
    if (anything && merged.leastItems() == 0 && merged.mostItems() == Integer.MAX_VALUE) {
      return JsonValues.array();
    }
    List<Element> first = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      first.add(at(i));
    }
    return new ArrayShape(first, Optional.of(at(length)), merged.leastItems(), merged.mostItems())
        .element();
  }

  private Element at(int index) {
    List<SchemaNode> all = new ArrayList<>();
    for (SchemaNode node : merged.nodes()) {
      List<SchemaNode> prefix = node.schemas("prefixItems");
      if (index < prefix.size()) {
        all.add(prefix.get(index));
      } else {
        node.schema("items").ifPresent(all::add);
      }
    }
    return all.isEmpty() ? JsonValues.value() : compiler.element(all);
  }
}

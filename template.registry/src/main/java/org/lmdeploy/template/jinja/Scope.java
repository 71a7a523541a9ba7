package org.lmdeploy.template.jinja;

import java.util.HashMap;
import java.util.Map;

/** Variables of a block, over those of the block around it. */
final class Scope {
  private final Scope parent;
  private final Map<String, Object> variables = new HashMap<>();

  Scope(Scope parent) {
    this.parent = parent;
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      // null is a value: containsKey tells none from not set
      if (scope.variables.containsKey(name)) {
        return scope.variables.get(name);
      }
    }
    return new Undefined("'" + name + "'");
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }
}

package org.lmdeploy.template.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Evaluated arguments of a call, a filter or a test.
 *
 * @param positional arguments without a name
 * @param named arguments with a name
 * @param library filters and tests, for those that apply others by name
 */
record Args(List<Object> positional, Map<String, Object> named, Library library) {
  int count() {
    return positional.size();
  }

  boolean has(int index, String name) {
    return index < positional.size() || named.containsKey(name);
  }

  /** The argument at a place or of a name, or {@code fallback}. */
  Object get(int index, String name, Object fallback) {
    if (index < positional.size()) {
      return positional.get(index);
    }
    return named.getOrDefault(name, fallback);
  }

  Object need(int index, String name) {
    if (!has(index, name)) {
      throw JinjaException.runtime("the argument '" + name + "' is missing");
    }
    return get(index, name, null);
  }

  String text(int index, String name) {
    return Values.text(need(index, name), name);
  }

  long integer(int index, String name, long fallback) {
    Object value = get(index, name, null);
    return value == null ? fallback : Values.integer(value, name);
  }

  /** Fails when a call has arguments that the callee does not know. */
  Args limit(int most, String... names) {
    if (positional.size() > most) {
      throw JinjaException.runtime(
          "at most " + most + " arguments are taken, got " + positional.size());
    }
    Set<String> known = Set.of(names);
    for (String name : named.keySet()) {
      if (!known.contains(name)) {
        throw JinjaException.runtime("the argument '" + name + "' is unknown");
      }
    }
    return this;
  }
}

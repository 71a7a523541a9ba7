package org.lmdeploy.template.jinja;

import java.util.HashMap;
import java.util.Map;

/** The filters, tests and global functions that every template has. */
final class Library {
  static final Library STANDARD = new Library();

  private final Map<String, Filter> filters = new HashMap<>();
  private final Map<String, Test> tests = new HashMap<>();
  private final Map<String, Callable> globals = new HashMap<>();

  /** {@code value|name(args)} */
  @FunctionalInterface
  interface Filter {
    Object apply(Object value, Args args);
  }

  /** {@code value is name(args)} */
  @FunctionalInterface
  interface Test {
    boolean holds(Object value, Args args);
  }

  private Library() {
    TextFilters.register(filters);
    ListFilters.register(filters);
    SelectFilters.register(filters);
    Tests.register(this, tests);
    Globals.register(globals);
  }

  boolean hasFilter(String name) {
    return filters.containsKey(name);
  }

  boolean hasTest(String name) {
    return tests.containsKey(name);
  }

  Filter filter(String name) {
    Filter filter = filters.get(name);
    if (filter == null) {
      throw JinjaException.runtime("there is no filter '" + name + "'");
    }
    return filter;
  }

  Test test(String name) {
    Test test = tests.get(name);
    if (test == null) {
      throw JinjaException.runtime("there is no test '" + name + "'");
    }
    return test;
  }

  /** A global function, or null. */
  Callable global(String name) {
    return globals.get(name);
  }
}

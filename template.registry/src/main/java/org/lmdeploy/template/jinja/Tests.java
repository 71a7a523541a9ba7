package org.lmdeploy.template.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Jinja's tests. */
final class Tests {
  private Tests() {}

  static void register(Library library, Map<String, Library.Test> tests) {
    types(tests);
    comparisons(tests);
    tests.put("callable", (v, a) -> v instanceof Callable);
    tests.put("filter", (v, a) -> v instanceof String name && library.hasFilter(name));
    tests.put("test", (v, a) -> v instanceof String name && library.hasTest(name));
    tests.put("odd", (v, a) -> Math.floorMod(Values.integer(v, "a number"), 2L) == 1);
    tests.put("even", (v, a) -> Math.floorMod(Values.integer(v, "a number"), 2L) == 0);
    tests.put(
        "divisibleby",
        (v, a) -> Arithmetic.apply("%", v, a.need(0, "num")) instanceof Long rest && rest == 0);
    tests.put(
        "lower",
        (v, a) -> v instanceof String s && s.equals(s.toLowerCase(Locale.ROOT)) && hasCase(s));
    tests.put(
        "upper",
        (v, a) -> v instanceof String s && s.equals(s.toUpperCase(Locale.ROOT)) && hasCase(s));
  }

  private static void types(Map<String, Library.Test> tests) {
    tests.put("defined", (v, a) -> !(v instanceof Undefined));
    tests.put("undefined", (v, a) -> v instanceof Undefined);
    tests.put("none", (v, a) -> v == null);
    tests.put("string", (v, a) -> v instanceof String);
    tests.put("mapping", (v, a) -> v instanceof Map);
    tests.put(
        "sequence",
        (v, a) ->
            v instanceof String || v instanceof List || v instanceof Map || v instanceof Undefined);
    tests.put("iterable", (v, a) -> Values.isIterable(v));
    tests.put("boolean", (v, a) -> v instanceof Boolean);
    tests.put("true", (v, a) -> v instanceof Boolean b && b);
    tests.put("false", (v, a) -> v instanceof Boolean b && !b);
    tests.put("integer", (v, a) -> v instanceof Long);
    tests.put("float", (v, a) -> v instanceof Double);
    tests.put("number", (v, a) -> Values.isNumber(v));
    tests.put("escaped", (v, a) -> false);
  }

  private static void comparisons(Map<String, Library.Test> tests) {
    alias(tests, (v, a) -> Values.equal(v, a.need(0, "other")), "eq", "equalto", "==");
    alias(tests, (v, a) -> !Values.equal(v, a.need(0, "other")), "ne", "!=");
    alias(tests, (v, a) -> Values.compare(v, a.need(0, "other")) < 0, "lt", "lessthan", "<");
    alias(tests, (v, a) -> Values.compare(v, a.need(0, "other")) <= 0, "le", "<=");
    alias(tests, (v, a) -> Values.compare(v, a.need(0, "other")) > 0, "gt", "greaterthan", ">");
    alias(tests, (v, a) -> Values.compare(v, a.need(0, "other")) >= 0, "ge", ">=");
    tests.put("in", (v, a) -> Values.contains(a.need(0, "seq"), v));
    tests.put("sameas", (v, a) -> same(v, a.need(0, "other")));
  }

  private static void alias(Map<String, Library.Test> tests, Library.Test test, String... names) {
    for (String name : names) {
      tests.put(name, test);
    }
  }

  private static boolean same(Object a, Object b) {
    // numbers and texts have no identity here; equal ones of one type are the same
    return a == b
        || a != null
            && b != null
            && a.getClass() == b.getClass()
            && (Values.isNumber(a) || a instanceof String)
            && a.equals(b);
  }

  private static boolean hasCase(String text) {
    return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }
}

package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Filters that apply another filter or a test to every item. */
final class SelectFilters {
  private SelectFilters() {}

  static void register(Map<String, Library.Filter> filters) {
    filters.put("map", SelectFilters::map);
    filters.put("select", (v, a) -> select(v, a, false, true));
    filters.put("reject", (v, a) -> select(v, a, false, false));
    filters.put("selectattr", (v, a) -> select(v, a, true, true));
    filters.put("rejectattr", (v, a) -> select(v, a, true, false));
    filters.put("groupby", SelectFilters::groupBy);
  }

  private static Object map(Object value, Args args) {
    List<Object> mapped = new ArrayList<>();
    if (args.count() == 0) {
      Object attribute = args.need(0, "attribute");
      for (Object item : items(value)) {
        Object found = ContainerMethods.path(item, attribute);
        mapped.add(
            found instanceof Undefined ? args.named().getOrDefault("default", found) : found);
      }
      return mapped;
    }
    Library.Filter filter = args.library().filter(args.text(0, "name"));
    Args rest = rest(args, 1);
    for (Object item : items(value)) {
      mapped.add(filter.apply(item, rest));
    }
    return mapped;
  }

  private static Object select(Object value, Args args, boolean byAttribute, boolean wanted) {
    int first = byAttribute ? 1 : 0;
    Object attribute = byAttribute ? args.need(0, "attribute") : null;
    Library.Test test =
        args.count() > first
            ? args.library().test(args.text(first, "test"))
            : (v, a) -> Values.truth(v);
    Args rest = rest(args, first + 1);
    List<Object> selected = new ArrayList<>();
    for (Object item : items(value)) {
      Object tested = byAttribute ? ContainerMethods.path(item, attribute) : item;
      if (test.holds(tested, rest) == wanted) {
        selected.add(item);
      }
    }
    return selected;
  }

  private static Object groupBy(Object value, Args args) {
    Object attribute = args.need(0, "attribute");
    TreeMap<Object, List<Object>> groups = new TreeMap<>(Values::compare);
    for (Object item : Values.iterate(value)) {
      Object key = ContainerMethods.path(item, attribute);
      key = key instanceof Undefined ? args.get(1, "default", key) : key;
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(item);
    }
    List<Object> result = new ArrayList<>();
    groups.forEach((key, items) -> result.add(new Group(key, items)));
    return result;
  }

  /** Jinja takes anything false, none included, for nothing to select from. */
  private static List<Object> items(Object value) {
    return Values.truth(value) ? Values.iterate(value) : List.of();
  }

  private static Args rest(Args args, int from) {
    int start = Math.min(from, args.count());
    return new Args(args.positional().subList(start, args.count()), args.named(), args.library());
  }
}

package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters on lists and dicts. */
final class ListFilters {
  private ListFilters() {}

  static void register(Map<String, Library.Filter> filters) {
    filters.put("length", (v, a) -> Values.length(v));
    filters.put("count", filters.get("length"));
    filters.put("first", (v, a) -> end(Values.iterate(v), true));
    filters.put("last", (v, a) -> end(Values.iterate(v), false));
    filters.put("list", (v, a) -> Values.iterate(v));
    filters.put("reverse", ListFilters::reverse);
    filters.put("join", ListFilters::join);
    filters.put("sort", ListFilters::sort);
    filters.put("unique", ListFilters::unique);
    filters.put("sum", ListFilters::sum);
    filters.put("min", (v, a) -> extreme(v, a, -1));
    filters.put("max", (v, a) -> extreme(v, a, 1));
    filters.put("batch", ListFilters::batch);
    filters.put(
        "items", (v, a) -> v instanceof Undefined ? List.of() : ContainerMethods.items(map(v)));
    filters.put("dictsort", ListFilters::dictSort);
    filters.put("default", ListFilters::orDefault);
    filters.put("d", filters.get("default"));
    filters.put("attr", (v, a) -> ContainerMethods.attribute(v, a.text(0, "name")));
  }

  private static Map<?, ?> map(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw JinjaException.runtime("a dict is needed, not " + Values.type(value));
  }

  private static Object end(List<Object> items, boolean first) {
    if (items.isEmpty()) {
      return new Undefined("the " + (first ? "first" : "last") + " item of nothing");
    }
    return first ? items.getFirst() : items.getLast();
  }

  private static Object orDefault(Object value, Args args) {
    boolean replaced =
        value instanceof Undefined
            || Values.truth(args.get(1, "boolean", false)) && !Values.truth(value);
    return replaced ? args.get(0, "default_value", "") : value;
  }

  private static Object reverse(Object value, Args args) {
    if (value instanceof String text) {
      return new StringBuilder(text).reverse().toString();
    }
    List<Object> items = Values.iterate(value);
    Collections.reverse(items);
    return items;
  }

  private static Object join(Object value, Args args) {
    String separator = Printer.str(args.get(0, "d", ""));
    Object attribute = args.get(1, "attribute", null);
    List<Object> texts = new ArrayList<>();
    for (Object item : Values.iterate(value)) {
      texts.add(Printer.str(attribute == null ? item : ContainerMethods.path(item, attribute)));
    }
    return StringMethods.join(separator, texts);
  }

  private static Object sort(Object value, Args args) {
    boolean reverse = Values.truth(args.get(0, "reverse", false));
    boolean caseSensitive = Values.truth(args.get(1, "case_sensitive", false));
    Object attribute = args.get(2, "attribute", null);
    List<Object> items = Values.iterate(value);
    Comparator<Object> order =
        (a, b) ->
            Values.compare(key(a, attribute, caseSensitive), key(b, attribute, caseSensitive));
    items.sort(reverse ? order.reversed() : order);
    return items;
  }

  private static Object key(Object item, Object attribute, boolean caseSensitive) {
    Object key = attribute == null ? item : ContainerMethods.path(item, attribute);
    return key instanceof String text && !caseSensitive ? text.toLowerCase(Locale.ROOT) : key;
  }

  private static Object unique(Object value, Args args) {
    boolean caseSensitive = Values.truth(args.get(0, "case_sensitive", false));
    Map<Object, Object> seen = new LinkedHashMap<>();
    for (Object item : Values.iterate(value)) {
      seen.putIfAbsent(key(item, args.get(1, "attribute", null), caseSensitive), item);
    }
    return new ArrayList<>(seen.values());
  }

  private static Object sum(Object value, Args args) {
    Object attribute = args.get(0, "attribute", null);
    Object sum = args.get(1, "start", 0L);
    for (Object item : Values.iterate(value)) {
      sum =
          Arithmetic.apply(
              "+", sum, attribute == null ? item : ContainerMethods.path(item, attribute));
    }
    return sum;
  }

  private static Object extreme(Object value, Args args, int sign) {
    boolean caseSensitive = Values.truth(args.get(0, "case_sensitive", false));
    Object attribute = args.get(1, "attribute", null);
    Object best = new Undefined("the extreme of nothing");
    for (Object item : Values.iterate(value)) {
      if (best instanceof Undefined
          || sign
                  * Values.compare(
                      key(item, attribute, caseSensitive), key(best, attribute, caseSensitive))
              > 0) {
        best = item;
      }
    }
    return best;
  }

  private static Object batch(Object value, Args args) {
    long size = Math.max(1, Values.integer(args.need(0, "linecount"), "linecount"));
    List<Object> batches = new ArrayList<>();
    List<Object> current = List.of();
    for (Object item : Values.iterate(value)) {
      if (batches.isEmpty() || current.size() >= size) {
        current = new ArrayList<>();
        batches.add(current);
      }
      current.add(item);
    }
    while (args.has(1, "fill_with") && !batches.isEmpty() && current.size() < size) {
      Budget.build(1);
      current.add(args.get(1, "fill_with", null));
    }
    return batches;
  }

  private static Object dictSort(Object value, Args args) {
    boolean caseSensitive = Values.truth(args.get(0, "case_sensitive", false));
    int by = Printer.str(args.get(1, "by", "key")).equals("value") ? 1 : 0;
    List<Object> items = ContainerMethods.items(map(value));
    Comparator<Object> order =
        (a, b) ->
            Values.compare(
                key(((List<?>) a).get(by), null, caseSensitive),
                key(((List<?>) b).get(by), null, caseSensitive));
    items.sort(Values.truth(args.get(2, "reverse", false)) ? order.reversed() : order);
    return items;
  }
}

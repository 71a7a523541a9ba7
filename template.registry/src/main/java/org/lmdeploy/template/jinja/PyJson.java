package org.lmdeploy.template.jinja;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code json.dumps} as transformers' {@code tojson} filter calls it. */
final class PyJson {
  private static final int MAX_DEPTH = 100;

  private final String indent;
  private final String itemSeparator;
  private final String keySeparator;
  private final boolean ascii;
  private final boolean sorted;
  private final StringBuilder out = new StringBuilder();

  private PyJson(
      String indent, String itemSeparator, String keySeparator, boolean ascii, boolean sorted) {
    this.indent = indent;
    this.itemSeparator = itemSeparator;
    this.keySeparator = keySeparator;
    this.ascii = ascii;
    this.sorted = sorted;
  }

  /** {@code value|tojson(ensure_ascii=false, indent=none, separators=none, sort_keys=false)} */
  static String filter(Object value, Args args) {
    args.limit(4, "ensure_ascii", "indent", "separators", "sort_keys");
    Object indent = args.get(1, "indent", null);
    List<?> separators = args.get(2, "separators", null) instanceof List<?> list ? list : List.of();
    PyJson json =
        new PyJson(
            indent(indent),
            separators.size() == 2 ? Printer.str(separators.get(0)) : indent == null ? ", " : ",",
            separators.size() == 2 ? Printer.str(separators.get(1)) : ": ",
            Values.truth(args.get(0, "ensure_ascii", false)),
            Values.truth(args.get(3, "sort_keys", false)));
    json.write(value, 0);
    return json.out.toString();
  }

  private static String indent(Object indent) {
    if (indent == null || indent instanceof String) {
      return (String) indent;
    }
    return " ".repeat(Math.clamp(Values.integer(indent, "indent"), 0, 100));
  }

  private void write(Object value, int depth) {
    Budget.step();
    if (depth > MAX_DEPTH) {
      throw JinjaException.limit("a value nests deeper than " + MAX_DEPTH + " levels");
    }
    switch (value) {
      case null -> out.append("null");
      case Boolean b -> out.append(b);
      case Long n -> out.append(n);
      case Double d -> out.append(number(d));
      case String s -> quote(s);
      case List<?> list -> list(list, depth);
      case Map<?, ?> map -> map(map, depth);
      case Undefined u -> throw u.error();
      default -> throw JinjaException.runtime("tojson cannot write a " + Values.type(value));
    }
  }

  private void list(List<?> list, int depth) {
    out.append('[');
    boolean first = true;
    for (Object item : list) {
      separate(first, depth + 1);
      first = false;
      write(item, depth + 1);
    }
    close(list.isEmpty(), depth);
    out.append(']');
  }

  private void map(Map<?, ?> map, int depth) {
    Map<?, ?> ordered = map;
    if (sorted) {
      TreeMap<Object, Object> tree = new TreeMap<>(Values::compare);
      tree.putAll(map);
      ordered = tree;
    }
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : ordered.entrySet()) {
      separate(first, depth + 1);
      first = false;
      quote(key(entry.getKey()));
      out.append(keySeparator);
      write(entry.getValue(), depth + 1);
    }
    close(map.isEmpty(), depth);
    out.append('}');
  }

  private void separate(boolean first, int depth) {
    if (!first) {
      out.append(itemSeparator);
    }
    newline(depth);
  }

  private void close(boolean empty, int depth) {
    if (!empty) {
      newline(depth);
    }
  }

  private void newline(int depth) {
    if (indent != null) {
      Budget.build(1 + (long) depth * indent.length());
      out.append('\n').repeat(indent, depth);
    }
  }

  private static String key(Object key) {
    return switch (key) {
      case null -> "null";
      case Boolean b -> b.toString();
      case Double d -> number(d);
      default -> Printer.str(key);
    };
  }

  private static String number(double d) {
    if (Double.isFinite(d)) {
      return Values.printed(d);
    }
    return Double.isNaN(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity";
  }

  private void quote(String text) {
    Budget.build(text.length());
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20 || ascii && c > 0x7E) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}

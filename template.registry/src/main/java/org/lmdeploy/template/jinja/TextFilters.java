package org.lmdeploy.template.jinja;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Filters on texts and numbers. */
final class TextFilters {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");

  private TextFilters() {}

  static void register(Map<String, Library.Filter> filters) {
    filters.put("string", (v, a) -> Printer.str(v));
    filters.put("trim", (v, a) -> Texts.strip(Printer.str(v), a.get(0, "chars", null), true, true));
    filters.put("upper", (v, a) -> Printer.str(v).toUpperCase(Locale.ROOT));
    filters.put("lower", (v, a) -> Printer.str(v).toLowerCase(Locale.ROOT));
    filters.put("capitalize", (v, a) -> Texts.capitalize(Printer.str(v)));
    filters.put("title", (v, a) -> title(Printer.str(v)));
    filters.put(
        "replace",
        (v, a) ->
            Texts.replace(
                Printer.str(v),
                Printer.str(a.need(0, "old")),
                Printer.str(a.need(1, "new")),
                a.integer(2, "count", -1)));
    filters.put("indent", TextFilters::indent);
    filters.put("center", (v, a) -> Texts.pad(Printer.str(v), a.integer(0, "width", 80), " ", 1));
    filters.put("format", (v, a) -> PercentFormat.format(Printer.str(v), a.positional()));
    filters.put("truncate", TextFilters::truncate);
    filters.put("wordcount", (v, a) -> WORD.matcher(Printer.str(v)).results().count());
    filters.put("tojson", PyJson::filter);
    // chat templates are rendered without autoescape, so marking text as safe changes nothing
    filters.put("safe", (v, a) -> Printer.str(v));
    filters.put("escape", (v, a) -> escape(Printer.str(v)));
    filters.put("e", filters.get("escape"));
    filters.put(
        "urlencode",
        (v, a) ->
            URLEncoder.encode(Printer.str(v), StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/"));
    numbers(filters);
  }

  private static void numbers(Map<String, Library.Filter> filters) {
    filters.put("int", TextFilters::toInt);
    filters.put("float", TextFilters::toFloat);
    filters.put("abs", (v, a) -> Values.number(v) < 0 ? Arithmetic.negate(v) : v);
    filters.put("round", TextFilters::round);
  }

  private static Object toInt(Object value, Args args) {
    Object fallback = args.get(0, "default", 0L);
    try {
      return switch (value) {
        case Long n -> n;
        case Boolean b -> b ? 1L : 0L;
        case Double d -> Double.isFinite(d) ? (Object) d.longValue() : fallback;
        case String s ->
            Long.parseLong(s.strip().replace("_", ""), (int) args.integer(1, "base", 10));
        case null, default -> fallback;
      };
    } catch (NumberFormatException notWhole) {
      return value instanceof String s ? toInt(parse(s), args, fallback) : fallback;
    }
  }

  private static Object toInt(Double parsed, Args args, Object fallback) {
    return parsed == null ? fallback : toInt(parsed, args);
  }

  private static Object toFloat(Object value, Args args) {
    Object fallback = args.get(0, "default", 0.0);
    if (Values.isNumber(value)) {
      return Values.number(value);
    }
    Double parsed = value instanceof String s ? parse(s) : null;
    return parsed == null ? fallback : parsed;
  }

  /** The number in a text, or null if there is none. */
  private static Double parse(String text) {
    try {
      return Double.valueOf(text.strip());
    } catch (NumberFormatException noNumber) {
      return null;
    }
  }

  private static Object round(Object value, Args args) {
    double factor = Math.pow(10, Math.clamp(args.integer(0, "precision", 0), -300, 300));
    double scaled = Values.number(value) * factor;
    return switch (Printer.str(args.get(1, "method", "common"))) {
      case "ceil" -> Math.ceil(scaled) / factor;
      case "floor" -> Math.floor(scaled) / factor;
      case "common" -> Math.rint(scaled) / factor;
      default -> throw JinjaException.runtime("round knows the methods common, ceil and floor");
    };
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean start = true;
    for (int c : text.codePoints().toArray()) {
      out.appendCodePoint(start ? Character.toUpperCase(c) : Character.toLowerCase(c));
      start = Texts.isSpace(c) || "-({[<".indexOf(c) >= 0;
    }
    return out.toString();
  }

  private static Object indent(Object value, Args args) {
    Object width = args.get(0, "width", 4L);
    String indentation =
        width instanceof String s
            ? s
            : " ".repeat(Math.clamp(Values.integer(width, "width"), 0, 1000));
    boolean first = Values.truth(args.get(1, "first", false));
    boolean blank = Values.truth(args.get(2, "blank", false));
    List<Object> lines = new ArrayList<>(Texts.lines(Printer.str(value) + "\n", false));
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = (String) lines.get(i);
      boolean indented = i == 0 ? first : blank || !line.isEmpty();
      Budget.build(1L + line.length() + indentation.length());
      out.append(i == 0 ? "" : "\n").append(indented ? indentation : "").append(line);
    }
    return out.toString();
  }

  private static Object truncate(Object value, Args args) {
    String text = Printer.str(value);
    int[] points = text.codePoints().toArray();
    long length = args.integer(0, "length", 255);
    String end = Printer.str(args.get(2, "end", "..."));
    if (points.length <= length + args.integer(3, "leeway", 5)) {
      return text;
    }
    int kept = Math.clamp(length - end.length(), 0, points.length);
    String cut = new String(points, 0, kept);
    int space = cut.lastIndexOf(' ');
    return (Values.truth(args.get(1, "killwords", false)) || space < 0
            ? cut
            : cut.substring(0, space))
        + end;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }
}

package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;

/** The methods of Python's {@code str}. */
final class StringMethods {
  private static final Map<String, Method> METHODS = new HashMap<>();

  @FunctionalInterface
  private interface Method {
    Object call(String self, Args args);
  }

  private StringMethods() {}

  static {
    METHODS.put("strip", (s, a) -> Texts.strip(s, a.get(0, "chars", null), true, true));
    METHODS.put("lstrip", (s, a) -> Texts.strip(s, a.get(0, "chars", null), true, false));
    METHODS.put("rstrip", (s, a) -> Texts.strip(s, a.get(0, "chars", null), false, true));
    METHODS.put(
        "split", (s, a) -> Texts.split(s, a.get(0, "sep", null), a.integer(1, "maxsplit", -1)));
    METHODS.put(
        "rsplit", (s, a) -> Texts.rsplit(s, a.get(0, "sep", null), a.integer(1, "maxsplit", -1)));
    METHODS.put("splitlines", (s, a) -> Texts.lines(s, Values.truth(a.get(0, "keepends", false))));
    METHODS.put("startswith", (s, a) -> affix(s, a, true));
    METHODS.put("endswith", (s, a) -> affix(s, a, false));
    METHODS.put(
        "removeprefix",
        (s, a) -> {
          String prefix = a.text(0, "prefix");
          return s.startsWith(prefix) ? s.substring(prefix.length()) : s;
        });
    METHODS.put(
        "removesuffix",
        (s, a) -> {
          String suffix = a.text(0, "suffix");
          return s.endsWith(suffix) ? s.substring(0, s.length() - suffix.length()) : s;
        });
    METHODS.put("upper", (s, a) -> s.toUpperCase(Locale.ROOT));
    METHODS.put("lower", (s, a) -> s.toLowerCase(Locale.ROOT));
    METHODS.put("casefold", (s, a) -> s.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
    METHODS.put("title", (s, a) -> Texts.title(s));
    METHODS.put("capitalize", (s, a) -> Texts.capitalize(s));
    METHODS.put(
        "replace",
        (s, a) -> Texts.replace(s, a.text(0, "old"), a.text(1, "new"), a.integer(2, "count", -1)));
    METHODS.put("find", (s, a) -> index(s, s.indexOf(a.text(0, "sub"))));
    METHODS.put("rfind", (s, a) -> index(s, s.lastIndexOf(a.text(0, "sub"))));
    METHODS.put("index", (s, a) -> found(index(s, s.indexOf(a.text(0, "sub")))));
    METHODS.put("rindex", (s, a) -> found(index(s, s.lastIndexOf(a.text(0, "sub")))));
    METHODS.put("count", (s, a) -> Texts.count(s, a.text(0, "sub")));
    METHODS.put("join", (s, a) -> join(s, Values.iterate(a.need(0, "iterable"))));
    METHODS.put("format", StrFormat::format);
    METHODS.put("partition", (s, a) -> partition(s, a.text(0, "sep"), s.indexOf(a.text(0, "sep"))));
    METHODS.put(
        "rpartition",
        (s, a) -> {
          int at = s.lastIndexOf(a.text(0, "sep"));
          return at < 0 ? List.of("", "", s) : partition(s, a.text(0, "sep"), at);
        });
    METHODS.put("zfill", (s, a) -> Texts.zeroFill(s, a.integer(0, "width", 0)));
    METHODS.put("ljust", (s, a) -> Texts.pad(s, a.integer(0, "width", 0), fill(a), 0));
    METHODS.put("rjust", (s, a) -> Texts.pad(s, a.integer(0, "width", 0), fill(a), 2));
    METHODS.put("center", (s, a) -> Texts.pad(s, a.integer(0, "width", 0), fill(a), 1));
    METHODS.put("isdigit", (s, a) -> all(s, Character::isDigit));
    METHODS.put("isdecimal", (s, a) -> all(s, Character::isDigit));
    METHODS.put("isnumeric", (s, a) -> all(s, Character::isDigit));
    METHODS.put("isalpha", (s, a) -> all(s, Character::isLetter));
    METHODS.put("isalnum", (s, a) -> all(s, Character::isLetterOrDigit));
    METHODS.put("isspace", (s, a) -> all(s, Texts::isSpace));
    METHODS.put("isupper", (s, a) -> cased(s, s.toUpperCase(Locale.ROOT)));
    METHODS.put("islower", (s, a) -> cased(s, s.toLowerCase(Locale.ROOT)));
  }

  /** The method of that name, bound to a text, or null if there is none. */
  static Callable bind(String self, String name) {
    Method method = METHODS.get(name);
    return method == null
        ? null
        : args -> {
          Budget.build(self.length());
          return method.call(self, args);
        };
  }

  static String join(String separator, List<Object> items) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      String item = Values.text(items.get(i), "item " + i + " of join");
      Budget.build((long) separator.length() + item.length());
      out.append(i == 0 ? "" : separator).append(item);
    }
    return out.toString();
  }

  private static boolean affix(String text, Args args, boolean start) {
    Object affix = args.need(0, "prefix");
    List<Object> choices =
        affix instanceof List<?> list
            ? new ArrayList<>(list)
            : List.of(Values.text(affix, "an affix"));
    return choices.stream()
        .map(choice -> Values.text(choice, "an affix"))
        .anyMatch(choice -> start ? text.startsWith(choice) : text.endsWith(choice));
  }

  private static String fill(Args args) {
    return args.count() > 1 ? args.text(1, "fillchar") : " ";
  }

  private static List<Object> partition(String text, String separator, int at) {
    return at < 0
        ? List.of(text, "", "")
        : List.of(text.substring(0, at), separator, text.substring(at + separator.length()));
  }

  private static long index(String text, int at) {
    return at < 0 ? -1 : text.codePointCount(0, at);
  }

  private static long found(long index) {
    if (index < 0) {
      throw JinjaException.runtime("the text that is looked for is not there");
    }
    return index;
  }

  private static boolean all(String text, IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  private static boolean cased(String text, String converted) {
    return text.equals(converted)
        && text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }
}

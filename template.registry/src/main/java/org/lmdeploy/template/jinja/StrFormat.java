package org.lmdeploy.template.jinja;

/** Python's {@code "{} {name}".format(...)}: places and names; no attribute access, few formats. */
final class StrFormat {
  private StrFormat() {}

  static Object format(String format, Args args) {
    StringBuilder out = new StringBuilder();
    int next = 0;
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      boolean doubled = i + 1 < format.length() && format.charAt(i + 1) == c;
      if (c == '{' && !doubled) {
        int end = format.indexOf('}', i);
        if (end < 0) {
          throw JinjaException.runtime("a format has '{' without '}'");
        }
        String field = format.substring(i + 1, end);
        String name = field.split("[:!]", 2)[0];
        Object value = name.isEmpty() ? args.need(next++, "format") : value(name, args);
        String text = convert(field.substring(name.length()), value);
        Budget.build(text.length());
        out.append(text);
        i = end;
      } else {
        out.append(c);
        i += (c == '{' || c == '}') && doubled ? 1 : 0;
      }
    }
    return out.toString();
  }

  private static Object value(String name, Args args) {
    if (name.chars().allMatch(Character::isDigit) && name.length() < 4) {
      return args.need(Integer.parseInt(name), name);
    }
    if (!args.named().containsKey(name)) {
      throw JinjaException.runtime("a format has no value for '" + name + "'");
    }
    return args.named().get(name);
  }

  private static String convert(String spec, Object value) {
    return switch (spec) {
      case "", ":", ":s", ":d", "!s" -> Printer.str(value);
      case "!r" -> Printer.repr(value);
      case String s when s.matches(":\\.\\d{1,2}[fe]|:0?\\d{1,3}d") ->
          PercentFormat.format("%" + s.substring(1), java.util.Collections.singletonList(value));
      default -> throw JinjaException.runtime("the format '" + spec + "' is not supported");
    };
  }
}

package org.lmdeploy.template.jinja;

import java.util.List;
import java.util.Locale;

/** Python's {@code "%s" % values}, with the conversions that templates use. */
final class PercentFormat {
  private static final int MAX_WIDTH = 1000;

  private PercentFormat() {}

  static String format(String format, List<?> values) {
    StringBuilder out = new StringBuilder();
    int next = 0;
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      int from = ++i;
      while (i < format.length() && "-+ 0#.123456789".indexOf(format.charAt(i)) >= 0) {
        i++;
      }
      if (i == format.length()) {
        throw JinjaException.runtime("a format ends inside a conversion");
      }
      if (format.charAt(i) == '%') {
        out.append('%');
        continue;
      }
      if (next == values.size()) {
        throw JinjaException.runtime("a format has more conversions than values");
      }
      String text = convert(format.substring(from, i), format.charAt(i), values.get(next++));
      Budget.build(text.length());
      out.append(text);
    }
    if (next < values.size()) {
      throw JinjaException.runtime("a format has fewer conversions than values");
    }
    return out.toString();
  }

  private static String convert(String flags, char conversion, Object value) {
    checkWidth(flags);
    String spec = "%" + flags;
    try {
      return switch (conversion) {
        case 's' -> String.format(Locale.ROOT, spec + "s", Printer.str(value));
        case 'r' -> String.format(Locale.ROOT, spec + "s", Printer.repr(value));
        case 'd', 'i' -> String.format(Locale.ROOT, spec + "d", (long) Values.number(value));
        case 'f', 'F', 'e', 'E' ->
            String.format(
                Locale.ROOT, spec + (conversion == 'F' ? 'f' : conversion), Values.number(value));
        case 'x', 'X', 'o' ->
            String.format(Locale.ROOT, spec + conversion, Values.integer(value, "a number"));
        default -> throw JinjaException.runtime("the conversion %" + conversion + " is unknown");
      };
    } catch (java.util.IllegalFormatException e) {
      throw JinjaException.runtime("the conversion %" + flags + conversion + " is not possible");
    }
  }

  private static void checkWidth(String flags) {
    for (String number : flags.split("\\D+")) {
      if (number.length() > 4 || !number.isEmpty() && Integer.parseInt(number) > MAX_WIDTH) {
        throw JinjaException.runtime("the width " + number + " of a conversion is too large");
      }
    }
  }
}

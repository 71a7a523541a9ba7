package org.lmdeploy.template.jinja;

/** Python's escapes in string literals. */
final class StringLiterals {
  private StringLiterals() {}

  static String decode(String raw, int line) {
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder out = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\' || i + 1 == raw.length()) {
        out.append(c);
        continue;
      }
      char e = raw.charAt(++i);
      switch (e) {
        case '\n' -> {}
        case '\\', '\'', '"' -> out.append(e);
        case 'a' -> out.append('\u0007');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'v' -> out.append('\u000b');
        case 'x' -> i = hex(raw, i, 2, out, line);
        case 'u' -> i = hex(raw, i, 4, out, line);
        case 'U' -> i = hex(raw, i, 8, out, line);
        case '0', '1', '2', '3', '4', '5', '6', '7' -> i = octal(raw, i, out);
        // Python keeps the backslash of an escape that it does not know
        default -> out.append('\\').append(e);
      }
    }
    return out.toString();
  }

  private static int hex(String raw, int at, int digits, StringBuilder out, int line) {
    int end = at + 1 + digits;
    try {
      out.appendCodePoint(Integer.parseUnsignedInt(raw.substring(at + 1, end), 16));
      return end - 1;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw JinjaException.syntax(
          line,
          "a \\"
              + raw.charAt(at)
              + " escape needs "
              + digits
              + " hexadecimal digits of a character");
    }
  }

  private static int octal(String raw, int at, StringBuilder out) {
    int end = at;
    int value = 0;
    while (end < raw.length() && end < at + 3 && raw.charAt(end) >= '0' && raw.charAt(end) <= '7') {
      value = value * 8 + raw.charAt(end++) - '0';
    }
    out.append((char) value);
    return end - 1;
  }
}

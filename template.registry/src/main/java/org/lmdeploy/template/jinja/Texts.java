package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Python's text functions that Java lacks or does in another way. */
final class Texts {
  private Texts() {}

  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  /** {@code strip}: white space, or every character of {@code chars}. */
  static String strip(String text, Object chars, boolean left, boolean right) {
    String set = chars == null ? null : Values.text(chars, "chars");
    int from = 0;
    int to = text.length();
    while (left && from < to && strips(text.codePointAt(from), set)) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && to > from && strips(text.codePointBefore(to), set)) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private static boolean strips(int c, String set) {
    return set == null ? isSpace(c) : set.indexOf(c) >= 0;
  }

  static List<Object> split(String text, Object separator, long most) {
    if (separator == null) {
      return splitSpace(text, most);
    }
    String sep = separator(separator);
    List<Object> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(sep);
        at >= 0 && (most < 0 || parts.size() < most);
        at = text.indexOf(sep, from)) {
      parts.add(text.substring(from, at));
      from = at + sep.length();
    }
    parts.add(text.substring(from));
    Budget.build(parts.size());
    return parts;
  }

  static List<Object> rsplit(String text, Object separator, long most) {
    if (separator == null || most < 0) {
      return split(text, separator, most);
    }
    String sep = separator(separator);
    List<Object> parts = new ArrayList<>();
    int to = text.length();
    while (parts.size() < most) {
      int at = text.lastIndexOf(sep, to - sep.length());
      if (at < 0) {
        break;
      }
      parts.add(text.substring(at + sep.length(), to));
      to = at;
    }
    parts.add(text.substring(0, to));
    Collections.reverse(parts);
    return parts;
  }

  private static List<Object> splitSpace(String text, long most) {
    List<Object> parts = new ArrayList<>();
    String rest = strip(text, null, true, false);
    while (!rest.isEmpty()) {
      int end = 0;
      while (end < rest.length() && !isSpace(rest.charAt(end))) {
        end++;
      }
      if (most >= 0 && parts.size() == most) {
        parts.add(strip(rest, null, false, true));
        return parts;
      }
      parts.add(rest.substring(0, end));
      Budget.build(rest.length());
      rest = strip(rest.substring(end), null, true, false);
    }
    return parts;
  }

  private static String separator(Object separator) {
    String sep = Values.text(separator, "a separator");
    if (sep.isEmpty()) {
      throw JinjaException.runtime("the separator of a split is empty");
    }
    return sep;
  }

  static List<Object> lines(String text, boolean keepEnds) {
    List<Object> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n'
          || c == '\r'
          || c == 0x0B
          || c == 0x0C
          || c >= 0x1C && c <= 0x1E
          || c == 0x85
          || c == 0x2028
          || c == 0x2029) {
        int end = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n' ? i + 2 : i + 1;
        lines.add(text.substring(from, keepEnds ? end : i));
        from = end;
        i = end - 1;
      }
    }
    if (from < text.length()) {
      lines.add(text.substring(from));
    }
    Budget.build(lines.size());
    return lines;
  }

  static String replace(String text, String from, String to, long most) {
    StringBuilder out = new StringBuilder();
    int position = 0;
    long done = 0;
    // an empty pattern stands before every character and at the end
    for (int at = text.indexOf(from); at >= 0 && (most < 0 || done < most); done++) {
      Budget.build((long) at - position + to.length());
      out.append(text, position, at).append(to);
      position = at + from.length();
      if (from.isEmpty()) {
        if (at == text.length()) {
          break;
        }
        int width = Character.charCount(text.codePointAt(at));
        out.append(text, at, at + width);
        position = at + width;
        at = position;
      } else {
        at = text.indexOf(from, position);
      }
    }
    return out.append(text, Math.min(position, text.length()), text.length()).toString();
  }

  static long count(String text, String part) {
    if (part.isEmpty()) {
      return text.codePointCount(0, text.length()) + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return out.toString();
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = Character.charCount(text.codePointAt(0));
    return text.substring(0, first).toUpperCase(Locale.ROOT)
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  static String zeroFill(String text, long width) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String digits = signed ? text.substring(1) : text;
    return (signed ? text.substring(0, 1) : "") + pad(digits, width - (signed ? 1 : 0), "0", 2);
  }

  /** Pads to a width. @param side 0: behind, 1: both sides, 2: before */
  static String pad(String text, long width, String fill, int side) {
    long missing = width - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    Budget.build(missing > Integer.MAX_VALUE ? Long.MIN_VALUE : missing * fill.length());
    // Python puts the odd character of a centred text to the left if the width is odd
    long before = side == 0 ? 0 : side == 2 ? missing : missing / 2 + (missing & width & 1);
    return fill.repeat((int) before) + text + fill.repeat((int) (missing - before));
  }
}

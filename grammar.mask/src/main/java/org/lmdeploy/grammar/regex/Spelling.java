package org.lmdeploy.grammar.regex;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How characters are written as bytes. */
public enum Spelling {
  /** UTF-8. */
  PLAIN {
    @Override
    void add(int first, int last, List<int[]> sequences) {
      utf8(first, last, sequences);
    }
  },
  /**
   * UTF-8 inside a JSON string: escapes where JSON wants them, and one spelling of each character
   * only.
   */
  JSON {
    @Override
    void add(int first, int last, List<int[]> sequences) {
      int next = first;
      for (int c = first; c <= Math.min(last, '\\'); c++) {
        if (c < ' ' || c == '"' || c == '\\') {
          if (next < c) {
            utf8(next, c - 1, sequences);
          }
          byte[] escape = escape(c).getBytes(StandardCharsets.US_ASCII);
          int[] sequence = new int[2 * escape.length];
          for (int i = 0; i < escape.length; i++) {
            sequence[2 * i] = escape[i];
            sequence[2 * i + 1] = escape[i];
          }
          sequences.add(sequence);
          next = c + 1;
        }
      }
      if (next <= last) {
        utf8(next, last, sequences);
      }
    }
  };

  /** Largest character of one, two, three and four bytes. */
  private static final int[] LAST_OF_LENGTH = {0x7f, 0x7ff, 0xffff, Character.MAX_CODE_POINT};

  abstract void add(int first, int last, List<int[]> sequences);

  /** The spellings of a set: sequences of ranges of bytes, each as lowest and highest. */
  List<int[]> sequences(CodePoints set) {
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < set.ranges(); i++) {
      add(set.first(i), set.last(i), sequences);
    }
    return sequences;
  }

  /** A text between the quotes of a JSON string, as {@link #JSON} spells it. */
  public static String json(String text) {
    StringBuilder spelled = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        spelled.append(escape(c));
      } else {
        spelled.append(c);
      }
    }
    return spelled.toString();
  }

  private static String escape(int c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\b' -> "\\b";
      case '\t' -> "\\t";
      case '\n' -> "\\n";
      case '\f' -> "\\f";
      case '\r' -> "\\r";
      default -> "\\u%04x".formatted(c);
    };
  }

  /** Splits a range until each part is a product of ranges of bytes. */
  private static void utf8(int first, int last, List<int[]> sequences) {
    for (int length = 1, low = 0; length <= 4; low = LAST_OF_LENGTH[length - 1] + 1, length++) {
      int from = Math.max(first, low);
      int to = Math.min(last, LAST_OF_LENGTH[length - 1]);
      if (from <= to) {
        split(from, to, length, sequences);
      }
    }
  }

  private static void split(int first, int last, int length, List<int[]> sequences) {
    for (int i = 1; i < length; i++) {
      int mask = (1 << 6 * i) - 1;
      if ((first & ~mask) != (last & ~mask)) {
        if ((first & mask) != 0) {
          split(first, first | mask, length, sequences);
          split((first | mask) + 1, last, length, sequences);
          return;
        }
        if ((last & mask) != mask) {
          split(first, (last & ~mask) - 1, length, sequences);
          split(last & ~mask, last, length, sequences);
          return;
        }
      }
    }
    int[] sequence = new int[2 * length];
    for (int i = 0; i < length; i++) {
      sequence[2 * i] = utf8Byte(first, i, length);
      sequence[2 * i + 1] = utf8Byte(last, i, length);
    }
    sequences.add(sequence);
  }

  private static int utf8Byte(int c, int index, int length) {
    int bits = c >> 6 * (length - 1 - index);
    if (index > 0) {
      return 0x80 | bits & 0x3f;
    }
    return length == 1 ? bits : 0xf00 >> length & 0xff | bits;
  }
}

package org.lmdeploy.parser;

/**
 * Finds where a JSON value ends that comes character by character. It knows brackets and strings
 * and nothing else; whether the value is right is told by a parser once it is complete.
 */
final class JsonSpan {
  /** What a character was. */
  enum Take {
    /** A part of the value, which goes on. */
    INSIDE,
    /** The last character of the value. */
    LAST,
    /** The first character behind the value. */
    BEHIND
  }

  private int depth;
  private boolean string;
  private boolean escaped;
  private boolean begun;

  /** Takes a character; the first one must not be white space. */
  Take take(char c) {
    boolean first = !begun;
    begun = true;
    if (string) {
      return inString(c);
    }
    switch (c) {
      case '"' -> {
        if (!first && depth == 0) {
          return Take.BEHIND;
        }
        string = true;
      }
      case '{', '[' -> depth++;
      case '}', ']' -> {
        if (depth == 0) {
          return Take.BEHIND;
        }
        depth--;
        return depth == 0 ? Take.LAST : Take.INSIDE;
      }
      default -> {
        if (depth == 0 && (c == ',' || Character.isWhitespace(c))) {
          return Take.BEHIND; // of a number or a word
        }
      }
    }
    return Take.INSIDE;
  }

  private Take inString(char c) {
    if (escaped) {
      escaped = false;
    } else if (c == '\\') {
      escaped = true;
    } else if (c == '"') {
      string = false;
      return depth == 0 ? Take.LAST : Take.INSIDE;
    }
    return Take.INSIDE;
  }
}

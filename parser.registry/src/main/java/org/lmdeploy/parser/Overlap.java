package org.lmdeploy.parser;

/** How much of a mark may have begun at the end of a text. */
final class Overlap {
  private Overlap() {}

  /** The length of the longest end of the text that is a beginning of the mark, but not all. */
  static int of(StringBuilder text, String mark) {
    for (int length = Math.min(mark.length() - 1, text.length()); length > 0; length--) {
      if (mark.startsWith(text.substring(text.length() - length))) {
        return length;
      }
    }
    return 0;
  }
}

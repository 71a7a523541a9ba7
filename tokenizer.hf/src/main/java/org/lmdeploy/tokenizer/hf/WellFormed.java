package org.lmdeploy.tokenizer.hf;

/** Texts as Unicode wants them: a surrogate never stands alone. */
final class WellFormed {
  private WellFormed() {}

  /**
   * The text with U+FFFD for every lone surrogate. JSON can bring one in ({@code "\ud83d"}), and
   * Rust, whose strings cannot hold it, would put three characters in its place.
   */
  static String text(String text) {
    StringBuilder repaired = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        repaired = repaired == null ? new StringBuilder(text) : repaired;
        repaired.setCharAt(i, '\uFFFD');
      }
    }
    return repaired == null ? text : repaired.toString();
  }
}

package org.lmdeploy.server.http.json;

/** JSON's escapes can leave half a surrogate pair, which no tokenizer and no UTF-8 can take. */
public final class Unicode {
  private Unicode() {}

  static boolean isWellFormed(String text) {
    return firstHalf(text, 0) < 0;
  }

  /** A text in which halves of surrogate pairs became U+FFFD. */
  public static String wellFormed(String text) {
    int half = firstHalf(text, 0);
    if (half < 0) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text);
    for (; half >= 0; half = firstHalf(text, half + 1)) {
      clean.setCharAt(half, '\uFFFD');
    }
    return clean.toString();
  }

  private static int firstHalf(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}

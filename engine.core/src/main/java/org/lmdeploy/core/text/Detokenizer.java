package org.lmdeploy.core.text;

import java.util.Arrays;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * Text of token ids as they come. Only a window of the last tokens is decoded: tokens whose text
 * was given before (context, so that spaces between words come out as in the whole text) and tokens
 * behind them that may still be part of an incomplete character. The difference of both decodings
 * is the new text (the prefix and read offsets of Hugging Face's text-generation-inference and
 * vLLM). The window stays short, so a token costs constant time.
 */
final class Detokenizer {
  private static final char REPLACEMENT = '\uFFFD';

  /**
   * No incomplete character decodes to so many replacement characters: at most 3 bytes are missing
   * their last, and a decoder of byte tokens spoils at most the character before it too.
   */
  private static final int MOST_INCOMPLETE = 8;

  /** Tokens of a window that is cut although its text ends within a character or did not grow. */
  private static final int LONG_WINDOW = 32;

  /** Tokens that such a window is cut to: more than a character has bytes. */
  private static final int SHORT_WINDOW = 16;

  private final Tokenizer tokenizer;
  private final boolean skipSpecialTokens;
  private int[] window = new int[8];
  private int size;

  /** Tokens of the window that are context alone. */
  private int read;

  /** The beginning of the window's text that was given before. */
  private String given = "";

  Detokenizer(Tokenizer tokenizer, boolean skipSpecialTokens) {
    this.tokenizer = tokenizer;
    this.skipSpecialTokens = skipSpecialTokens;
  }

  /** The text that a token adds: whole characters only, maybe none. */
  String accept(int id) {
    // Rows that pad the logits have no token; decoders skip such ids and special tokens likewise.
    if (id >= tokenizer.vocabSize() || skipSpecialTokens && tokenizer.isSpecial(id)) {
      return "";
    }
    append(id);
    String text = decode();
    if (text.length() <= given.length()) {
      forgetTextless();
      return "";
    }
    int incomplete = incompleteAtEnd(text);
    if (incomplete == 0) {
      return take(text);
    }
    return size > LONG_WINDOW ? slide(text.substring(0, text.length() - incomplete)) : "";
  }

  /** What is left at the end: an incomplete character as U+FFFD. */
  String finish() {
    String text = decode();
    return text.length() > given.length() ? take(text) : "";
  }

  /** How many characters at the end stand for a character of which bytes are missing. */
  private static int incompleteAtEnd(String text) {
    int from = text.length();
    while (from > 0 && text.charAt(from - 1) == REPLACEMENT) {
      from--;
    }
    int trailing = text.length() - from;
    return trailing <= MOST_INCOMPLETE ? trailing : 0;
  }

  /** Gives the text behind what was given; what was new becomes the context of what follows. */
  private String take(String text) {
    String fresh = text.substring(given.length());
    System.arraycopy(window, read, window, 0, size - read);
    size -= read;
    read = size;
    given = decode();
    return fresh;
  }

  /**
   * Gives the certain beginning of a text that has ended within a character for many tokens, each
   * of which completes one and begins the next, and goes on with a shorter window.
   */
  private String slide(String certain) {
    String fresh = certain.length() > given.length() ? certain.substring(given.length()) : "";
    System.arraycopy(window, size - SHORT_WINDOW, window, 0, SHORT_WINDOW);
    size = SHORT_WINDOW;
    read = 0;
    String text = decode();
    given = text.substring(0, text.length() - incompleteAtEnd(text));
    return fresh;
  }

  private void forgetTextless() {
    if (size > LONG_WINDOW) {
      size--;
    }
  }

  private void append(int id) {
    if (size == window.length) {
      window = Arrays.copyOf(window, 2 * size);
    }
    window[size++] = id;
  }

  private String decode() {
    return tokenizer.decode(Arrays.copyOf(window, size), skipSpecialTokens);
  }
}

package org.lmdeploy.tokenizer.hf;

/**
 * The characters by which byte-level BPE writes bytes, so that all can be seen: {@code
 * bytes_to_unicode} of GPT-2.
 */
final class ByteAlphabet {
  private static final char[] CHARACTERS = new char[256];

  static {
    int hidden = 256;
    for (int b = 0; b < CHARACTERS.length; b++) {
      boolean visible = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      CHARACTERS[b] = (char) (visible ? b : hidden++);
    }
  }

  private ByteAlphabet() {}

  /** A token's bytes, one character for each. */
  static String text(byte[] token) {
    char[] text = new char[token.length];
    for (int i = 0; i < text.length; i++) {
      text[i] = CHARACTERS[token[i] & 0xFF];
    }
    return new String(text);
  }
}

package org.lmdeploy.benchmark.checkpoint;

/**
 * The letters that byte-level tokenizers write bytes with (GPT-2's table): printable bytes stand
 * for themselves, the others follow from U+0100 on in their order.
 */
final class ByteAlphabet {
  private static final int FIRST_SUBSTITUTE = 0x100;

  private ByteAlphabet() {}

  /** The letter of a byte from 0 to 255. */
  static String letter(int value) {
    if (isPrintable(value)) {
      return Character.toString(value);
    }
    int rank = 0;
    for (int lower = 0; lower < value; lower++) {
      rank += isPrintable(lower) ? 0 : 1;
    }
    return Character.toString(FIRST_SUBSTITUTE + rank);
  }

  private static boolean isPrintable(int value) {
    return value >= '!' && value <= '~'
        || value >= 0xA1 && value <= 0xAC
        || value >= 0xAE && value <= 0xFF;
  }
}

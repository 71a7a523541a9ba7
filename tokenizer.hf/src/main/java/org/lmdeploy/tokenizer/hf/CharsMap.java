package org.lmdeploy.tokenizer.hf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.lmdeploy.api.error.InvalidModelException;

/**
 * Checks a precompiled character map of SentencePiece: a double-array trie, then the replacements,
 * each ended by a zero byte. The native library follows the indices of the trie unchecked and would
 * end the JVM on one that leads outside.
 *
 * <p>Layout: {@code Normalizer::DecodePrecompiledCharsMap} of SentencePiece and {@code
 * DoubleArrayUnit} of <a href="https://github.com/s-yata/darts-clone">darts-clone</a>.
 */
final class CharsMap {
  private static final int UNIT = Integer.BYTES;

  /** A darts-clone array is made of such blocks; a step by one byte never leaves its block. */
  private static final int BLOCK = 256;

  private CharsMap() {}

  /** Checks a map as {@code tokenizer.json} writes it: Base64, in the one canonical form. */
  static void checkBase64(String origin, Object base64) {
    byte[] map = base64 instanceof String text ? decode(origin, text) : new byte[0];
    if (map.length == 0) {
      throw damaged(origin, "precompiled_charsmap is no text, or an empty one");
    }
    check(origin, map);
  }

  /**
   * @param origin the file, for messages
   * @param map the map, empty if there is none
   */
  static void check(String origin, byte[] map) {
    if (map.length == 0) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
    int trieBytes = map.length < UNIT ? -1 : bytes.getInt(0);
    int replacements = map.length - UNIT - trieBytes;
    if (trieBytes <= 0 || replacements <= 0 || trieBytes % (BLOCK * UNIT) != 0) {
      throw damaged(origin, "its trie has " + trieBytes + " of " + map.length + " bytes");
    }
    if (!isUtf8(ByteBuffer.wrap(map, UNIT + trieBytes, replacements))) {
      throw damaged(origin, "its replacements are not UTF-8");
    }
    int units = trieBytes / UNIT;
    for (int i = 0; i < units; i++) {
      checkUnit(origin, bytes, units, i, replacements);
    }
  }

  private static void checkUnit(
      String origin, ByteBuffer bytes, int units, int index, int replacements) {
    int unit = bytes.getInt((index + 1) * UNIT);
    boolean isValue = unit < 0;
    int target = index ^ offset(unit);
    if (isValue) {
      return;
    }
    if (target < 0 || target >= units) {
      throw damaged(origin, "unit " + index + " of its trie leads to " + target + " of " + units);
    }
    boolean hasValue = (unit >>> 8 & 1) == 1;
    int value = bytes.getInt((target + 1) * UNIT) & Integer.MAX_VALUE;
    if (hasValue && (value >= replacements || splitsCharacter(bytes, replacements, value))) {
      throw damaged(origin, "a replacement begins at " + value + " of " + replacements + " bytes");
    }
  }

  /** Whether the byte goes on with a character of UTF-8. */
  private static boolean splitsCharacter(ByteBuffer bytes, int replacements, int value) {
    return (bytes.get(bytes.capacity() - replacements + value) & 0xC0) == 0x80;
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
  }

  private static byte[] decode(String origin, String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      // Java forgives missing padding and stray bits, the native library does not.
      if (Base64.getEncoder().encodeToString(bytes).equals(base64)) {
        return bytes;
      }
      throw damaged(origin, "precompiled_charsmap lacks the padding of Base64");
    } catch (IllegalArgumentException e) {
      throw new InvalidModelException(
          origin + ": precompiled_charsmap is no Base64: " + e.getMessage(), e);
    }
  }

  private static boolean isUtf8(ByteBuffer bytes) {
    CharBuffer chars = CharBuffer.allocate(bytes.remaining());
    return !StandardCharsets.UTF_8.newDecoder().decode(bytes, chars, true).isError();
  }

  private static InvalidModelException damaged(String origin, String what) {
    return new InvalidModelException(origin + ": the character map is damaged: " + what);
  }
}

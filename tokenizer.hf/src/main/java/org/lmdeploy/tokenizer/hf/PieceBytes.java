package org.lmdeploy.tokenizer.hf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bytes that a vocabulary piece stands for, by the way in which the decoder writes pieces. */
enum PieceBytes {
  /** GPT-2's alphabet of 256 printable characters for the 256 bytes. */
  BYTE_LEVEL {
    @Override
    byte[] of(String piece) {
      byte[] bytes = new byte[piece.length()];
      for (int i = 0; i < bytes.length; i++) {
        char letter = piece.charAt(i);
        if (letter >= BYTE_OF_LETTER.length || BYTE_OF_LETTER[letter] < 0) {
          return piece.getBytes(StandardCharsets.UTF_8);
        }
        bytes[i] = (byte) BYTE_OF_LETTER[letter];
      }
      return bytes;
    }
  },
  /** SentencePiece: U+2581 for a space, {@code <0x0A>} for a byte that is no piece. */
  SENTENCE_PIECE {
    @Override
    byte[] of(String piece) {
      Matcher matcher = BYTE_PIECE.matcher(piece);
      return matcher.matches()
          ? new byte[] {(byte) Integer.parseInt(matcher.group(1), 16)}
          : piece.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
    }
  },
  /** A piece is the text itself. */
  PLAIN {
    @Override
    byte[] of(String piece) {
      return piece.getBytes(StandardCharsets.UTF_8);
    }
  };

  private static final Pattern BYTE_PIECE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");
  private static final int[] BYTE_OF_LETTER = byteLevelAlphabet();

  abstract byte[] of(String piece);

  /** The kind that belongs to the {@code decoder} of a {@code tokenizer.json}. */
  static PieceBytes of(Object decoder) {
    if (!(decoder instanceof Map<?, ?> map)) {
      return PLAIN;
    }
    return switch (String.valueOf(map.get("type"))) {
      case "ByteLevel" -> BYTE_LEVEL;
      case "ByteFallback", "Metaspace" -> SENTENCE_PIECE;
      case "Sequence" ->
          map.get("decoders") instanceof List<?> decoders
              ? decoders.stream()
                  .map(PieceBytes::of)
                  .filter(kind -> kind != PLAIN)
                  .findFirst()
                  .orElse(PLAIN)
              : PLAIN;
      default -> PLAIN;
    };
  }

  /**
   * The inverse of {@code bytes_to_unicode} of GPT-2: printable Latin-1 characters stand for
   * themselves, the others in order for U+0100 and up.
   */
  private static int[] byteLevelAlphabet() {
    int[] bytes = new int[0x144];
    Arrays.fill(bytes, -1);
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      bytes[printable ? b : next++] = b;
    }
    return bytes;
  }
}

package org.lmdeploy.core.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * Decodes as Hugging Face's decoder of Llama 2 does: {@code ▁} is a space, the one at the very
 * beginning is left out, and a run of byte tokens is a text or, if its bytes are not UTF-8, as many
 * U+FFFD as it has bytes. Ids below 256 are bytes; the others are ASCII letters with a space before
 * them (256 on) or without (512 on).
 */
final class PieceTokenizer implements Tokenizer {
  /** Ids of a text: letters and spaces have pieces, everything else is written in bytes. */
  int[] encode(String text) {
    List<Integer> ids = new ArrayList<>();
    boolean space = false;
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      int unsigned = value & 255;
      if (value == ' ') {
        if (space) {
          ids.add(256 + ' ');
        }
        space = true;
      } else if (value > ' ') {
        ids.add(unsigned + (space ? 256 : 512));
        space = false;
      } else {
        if (space) {
          ids.add(256 + ' ');
        }
        ids.add(unsigned);
        space = false;
      }
    }
    if (space) {
      ids.add(256 + ' ');
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    StringBuilder text = new StringBuilder();
    ByteArrayOutputStream run = new ByteArrayOutputStream();
    for (int id : ids) {
      if (id < 256) {
        run.write(id);
      } else {
        text.append(text(run)).append(token(id));
        run.reset();
      }
    }
    text.append(text(run));
    boolean strip = ids.length > 0 && ids[0] >= 256 && text.charAt(0) == ' ';
    return strip ? text.substring(1) : text.toString();
  }

  private static String text(ByteArrayOutputStream run) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(run.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return "\uFFFD".repeat(run.size()); // what that decoder does
    }
  }

  @Override
  public String token(int id) {
    String letter = id >= 512 ? Character.toString(id - 512) : " " + Character.toString(id - 256);
    return id == 256 + ' ' ? " " : letter;
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    return encode(text);
  }

  @Override
  public int vocabSize() {
    return 768;
  }

  @Override
  public OptionalInt tokenId(String token) {
    return OptionalInt.empty();
  }

  @Override
  public byte[] tokenBytes(int id) {
    throw new UnsupportedOperationException("tokenBytes");
  }

  @Override
  public boolean isSpecial(int id) {
    return false;
  }

  @Override
  public Optional<String> bosToken() {
    return Optional.empty();
  }

  @Override
  public Optional<String> eosToken() {
    return Optional.empty();
  }

  @Override
  public void close() {}
}

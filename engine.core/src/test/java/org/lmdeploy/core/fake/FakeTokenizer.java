package org.lmdeploy.core.fake;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * A byte-level tokenizer: a list of byte strings of which some are special. Encoding takes the
 * longest token at each place; decoding joins the bytes, as {@code ByteLevel} decoders do.
 */
public final class FakeTokenizer implements Tokenizer {
  private final List<byte[]> tokens = new ArrayList<>();
  private final int specials;

  /**
   * A tokenizer.
   *
   * @param specials special tokens, which have the first ids
   * @param tokens the other tokens
   */
  public FakeTokenizer(List<String> specials, List<byte[]> tokens) {
    specials.forEach(special -> this.tokens.add(special.getBytes(StandardCharsets.UTF_8)));
    this.tokens.addAll(tokens);
    this.specials = specials.size();
  }

  /** Two special tokens, {@code <s>} 0 and {@code </s>} 1, and ASCII texts of 1 to 3 letters. */
  public static FakeTokenizer letters(int vocabSize) {
    List<byte[]> words = new ArrayList<>();
    for (int i = 0; words.size() < vocabSize - 2; i++) {
      String word =
          Integer.toString(i, 26)
              .chars()
              .collect(
                  StringBuilder::new, (text, c) -> text.append(shift(c)), StringBuilder::append)
              .toString();
      words.add(word.getBytes(StandardCharsets.UTF_8));
    }
    return new FakeTokenizer(List.of("<s>", "</s>"), words);
  }

  private static char shift(int digit) {
    return (char) ('a' + Character.digit(digit, 26));
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<Integer> ids = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int best = -1;
      for (int id = 0; id < tokens.size(); id++) {
        byte[] token = tokens.get(id);
        int end = at + token.length;
        if (end <= bytes.length
            && Arrays.equals(bytes, at, end, token, 0, token.length)
            && (best < 0 || token.length > tokens.get(best).length)) {
          best = id;
        }
      }
      if (best < 0) {
        at++; // nothing fits: the byte is lost, as it is with an unknown token
      } else {
        ids.add(best);
        at += tokens.get(best).length;
      }
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      if (id < 0 || id >= tokens.size()) {
        throw new InvalidRequestException("id " + id);
      }
      if (!skipSpecialTokens || !isSpecial(id)) {
        bytes.writeBytes(tokens.get(id));
      }
    }
    return StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
  }

  @Override
  public int vocabSize() {
    return tokens.size();
  }

  @Override
  public OptionalInt tokenId(String token) {
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    for (int id = 0; id < tokens.size(); id++) {
      if (Arrays.equals(tokens.get(id), bytes)) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  @Override
  public String token(int id) {
    return new String(tokens.get(id), StandardCharsets.UTF_8);
  }

  @Override
  public byte[] tokenBytes(int id) {
    return tokens.get(id).clone();
  }

  @Override
  public boolean isSpecial(int id) {
    return id < specials;
  }

  @Override
  public Optional<String> bosToken() {
    return Optional.of("<s>");
  }

  @Override
  public Optional<String> eosToken() {
    return Optional.of("</s>");
  }

  @Override
  public void close() {}
}

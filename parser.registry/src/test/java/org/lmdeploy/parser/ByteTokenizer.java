package org.lmdeploy.parser;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** All bytes, some texts, and special tokens behind them. */
final class ByteTokenizer implements Tokenizer {
  private static final int BYTES = 256;

  private final List<String> texts;
  private final List<String> specials;

  ByteTokenizer(List<String> texts, List<String> specials) {
    this.texts = texts;
    this.specials = specials;
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(tokenBytes(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public int vocabSize() {
    return BYTES + texts.size() + specials.size();
  }

  @Override
  public OptionalInt tokenId(String token) {
    int special = specials.indexOf(token);
    return special < 0 ? OptionalInt.empty() : OptionalInt.of(BYTES + texts.size() + special);
  }

  @Override
  public String token(int id) {
    return new String(tokenBytes(id), StandardCharsets.UTF_8);
  }

  @Override
  public byte[] tokenBytes(int id) {
    if (id < BYTES) {
      return new byte[] {(byte) id};
    }
    int text = id - BYTES;
    String token = text < texts.size() ? texts.get(text) : specials.get(text - texts.size());
    return token.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean isSpecial(int id) {
    return id >= BYTES + texts.size();
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

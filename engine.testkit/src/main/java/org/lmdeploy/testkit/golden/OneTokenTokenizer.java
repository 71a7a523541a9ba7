package org.lmdeploy.testkit.golden;

import java.util.Optional;
import java.util.OptionalInt;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** Knows the placeholder of images and nothing else. */
public record OneTokenTokenizer(String known, int id) implements Tokenizer {
  @Override
  public OptionalInt tokenId(String token) {
    return token.equals(known) ? OptionalInt.of(id) : OptionalInt.empty();
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int vocabSize() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String token(int id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] tokenBytes(int id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isSpecial(int id) {
    throw new UnsupportedOperationException();
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

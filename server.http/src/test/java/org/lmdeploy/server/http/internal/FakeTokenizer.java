package org.lmdeploy.server.http.internal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** One token for each byte, and a special one at the beginning. */
final class FakeTokenizer implements Tokenizer {
  private static final int BEGIN = 2;

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int first = addSpecialTokens ? 1 : 0;
    int[] ids = new int[first + bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      ids[first + i] = bytes[i] & 0xff;
    }
    if (addSpecialTokens) {
      ids[0] = BEGIN;
    }
    return ids;
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public int vocabSize() {
    return 256;
  }

  @Override
  public OptionalInt tokenId(String token) {
    return OptionalInt.empty();
  }

  @Override
  public String token(int id) {
    return Integer.toHexString(id);
  }

  @Override
  public byte[] tokenBytes(int id) {
    return new byte[] {(byte) id};
  }

  @Override
  public boolean isSpecial(int id) {
    return id == BEGIN;
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

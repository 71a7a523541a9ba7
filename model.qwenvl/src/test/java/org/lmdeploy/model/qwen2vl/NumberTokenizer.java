package org.lmdeploy.model.qwen2vl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** Writes ids as numbers; prompts are ids already. */
final class NumberTokenizer implements Tokenizer {
  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    throw new UnsupportedOperationException("prompts are ids");
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    return Arrays.stream(ids).mapToObj(this::token).collect(Collectors.joining());
  }

  @Override
  public int vocabSize() {
    return ReferenceModel.VOCABULARY;
  }

  @Override
  public OptionalInt tokenId(String token) {
    return OptionalInt.empty();
  }

  @Override
  public String token(int id) {
    return id + " ";
  }

  @Override
  public byte[] tokenBytes(int id) {
    return token(id).getBytes(StandardCharsets.UTF_8);
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

package org.lmdeploy.tokenizer.hf;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** A tokenizer of a checkpoint: the native library, its vocabulary and the configuration. */
final class HfTokenizer implements Tokenizer {
  private final NativeTokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final PieceBytes pieceBytes;
  private final SpecialTokenRule rule;
  private final TokenizerConfig config;

  private HfTokenizer(
      NativeTokenizer tokenizer,
      Vocabulary vocabulary,
      PieceBytes pieceBytes,
      TokenizerConfig config) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.pieceBytes = pieceBytes;
    this.config = config;
    rule = SpecialTokenRule.of(config, vocabulary, process -> tokenizer.encode("a", process));
  }

  static Tokenizer open(TokenizerJson json, TokenizerConfig config) {
    CrashGuard.check(json);
    Vocabulary vocabulary = json.vocabulary();
    PieceBytes pieceBytes = PieceBytes.of(json.part("decoder"));
    NativeTokenizer tokenizer = NativeTokenizer.open(json.origin(), json.text());
    return new HfTokenizer(tokenizer, vocabulary, pieceBytes, config);
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    String wellFormed = WellFormed.text(text);
    return addSpecialTokens
        ? rule.apply(postProcess -> tokenizer.encode(wellFormed, postProcess))
        : tokenizer.encode(wellFormed, false);
  }

  /**
   * As transformers 5 does, {@code clean_up_tokenization_spaces} is not obeyed: it takes spaces out
   * of code, and a stream could not take back what it has sent.
   */
  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    vocabulary.check(ids);
    return tokenizer.decode(ids, skipSpecialTokens);
  }

  @Override
  public int vocabSize() {
    return vocabulary.size();
  }

  @Override
  public OptionalInt tokenId(String token) {
    return vocabulary.id(token);
  }

  @Override
  public String token(int id) {
    return vocabulary.token(id);
  }

  @Override
  public byte[] tokenBytes(int id) {
    String token = vocabulary.token(id);
    return vocabulary.isAdded(id) ? token.getBytes(StandardCharsets.UTF_8) : pieceBytes.of(token);
  }

  @Override
  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(id);
  }

  @Override
  public Optional<String> bosToken() {
    return config.bos().map(AddedToken::content);
  }

  @Override
  public Optional<String> eosToken() {
    return config.eos().map(AddedToken::content);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}

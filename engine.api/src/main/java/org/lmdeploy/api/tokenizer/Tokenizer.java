package org.lmdeploy.api.tokenizer;

import java.util.Optional;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ProviderType;

/** Text to token ids and back, as the checkpoint's own tokenizer does it. Safe for many threads. */
@ProviderType
public interface Tokenizer extends AutoCloseable {
  /**
   * Token ids of a text; special tokens written in the text are recognised.
   *
   * @param text any text, maybe empty
   * @param addSpecialTokens whether BOS and EOS are added as the tokenizer's configuration says; a
   *     BOS with which the text already begins is not added again
   */
  int[] encode(String text, boolean addSpecialTokens);

  /**
   * The text of some ids. Bytes that do not form a character, for example the first half of one,
   * become U+FFFD.
   *
   * @throws org.lmdeploy.api.error.InvalidRequestException if an id is not in the vocabulary
   */
  String decode(int[] ids, boolean skipSpecialTokens);

  /** One more than the highest id. */
  int vocabSize();

  /** The id of a vocabulary entry or added token. */
  OptionalInt tokenId(String token);

  /** The vocabulary entry of an id as the tokenizer stores it. */
  String token(int id);

  /** The bytes that a token stands for in the middle of a text. */
  byte[] tokenBytes(int id);

  /** Whether an id is a special token, which {@code decode} may skip. */
  boolean isSpecial(int id);

  /** The beginning-of-sequence token. */
  Optional<String> bosToken();

  /** The end-of-sequence token. */
  Optional<String> eosToken();

  @Override
  void close();
}

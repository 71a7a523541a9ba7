package org.lmdeploy.grammar.vocabulary;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * What grammars must know of a tokenizer: the bytes of its tokens. Special tokens are no text, the
 * others count as what they are written as, added ones too. Keeps nothing of the tokenizer itself.
 */
public final class Vocabulary {
  private final TokenMasks masks;
  private final byte[][] bytes;
  private final Map<String, Integer> specials;

  private Vocabulary(TokenMasks masks, byte[][] bytes, Map<String, Integer> specials) {
    this.masks = masks;
    this.bytes = bytes;
    this.specials = specials;
  }

  /**
   * Reads a tokenizer.
   *
   * @param vocabSize entries of a row of logits; tokens beyond are left out
   * @throws UnsupportedFeatureException if there are texts that its tokens cannot write
   */
  public static Vocabulary of(Tokenizer tokenizer, int vocabSize) {
    int size = Math.min(vocabSize, tokenizer.vocabSize());
    byte[][] bytes = new byte[size][];
    Map<String, Integer> specials = new TreeMap<>();
    List<TokenTrie.Entry> entries = new ArrayList<>();
    BitSet single = new BitSet(256);
    Optional<String> eos = tokenizer.eosToken();
    Optional<String> bos = tokenizer.bosToken();
    for (int id = 0; id < size; id++) {
      String token = tokenizer.token(id);
      if (tokenizer.isSpecial(id)
          || eos.filter(token::equals).isPresent()
          || bos.filter(token::equals).isPresent()) {
        specials.put(token, id);
        continue;
      }
      byte[] of = tokenizer.tokenBytes(id);
      if (of.length > 0) {
        bytes[id] = of;
        entries.add(new TokenTrie.Entry(of, id));
        if (of.length == 1) {
          single.set(of[0] & 0xff);
        }
      }
    }
    checkBytes(single);
    return new Vocabulary(new TokenMasks(TokenTrie.of(entries), vocabSize), bytes, specials);
  }

  /** Every byte of UTF-8 text as a token, so that no answer gets stuck. */
  private static void checkBytes(BitSet single) {
    BitSet needed = new BitSet(256);
    needed.set('\t', '\n' + 1);
    needed.set(' ', 0x7f);
    needed.set(0x80, 0xc0);
    needed.set(0xc2, 0xf5);
    needed.andNot(single);
    if (!needed.isEmpty()) {
      throw new UnsupportedFeatureException(
          "response_format",
          "the model's vocabulary has no token for the single byte 0x%02x, so that not every text can be written; output formats need one for each byte"
              .formatted(needed.nextSetBit(0)));
    }
  }

  /** Sets of tokens. */
  public TokenMasks masks() {
    return masks;
  }

  /** The bytes of a token that is text. */
  public Optional<byte[]> bytes(int id) {
    return id < 0 || id >= bytes.length ? Optional.empty() : Optional.ofNullable(bytes[id]);
  }

  /** The special tokens by their texts. */
  public Map<String, Integer> specials() {
    return specials;
  }
}

package org.lmdeploy.tokenizer.hf;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * How BOS and EOS come around a text. Where the configuration (or its tokenizer class) speaks of
 * them, its word replaces the post-processor of {@code tokenizer.json}, as {@code
 * update_post_processor} of transformers does; else the post-processor stands.
 *
 * @param postProcess whether the tokenizer's own post-processor adds the special tokens
 * @param bos the BOS id, if the checkpoint has one
 * @param before what the configuration puts before a text
 * @param after what the configuration puts after a text
 */
record SpecialTokenRule(
    boolean postProcess, OptionalInt bos, OptionalInt before, OptionalInt after) {

  /** Encodes a text, with the tokenizer's own post-processor or without. */
  interface Encoder {
    int[] encode(boolean postProcess);
  }

  static SpecialTokenRule of(TokenizerConfig config, Vocabulary vocabulary) {
    OptionalInt bos = id(config.bos(), vocabulary);
    OptionalInt eos = id(config.eos(), vocabulary);
    boolean postProcess = config.addBos().isEmpty() && config.addEos().isEmpty();
    return new SpecialTokenRule(
        postProcess,
        bos,
        config.addBos().orElse(false) ? bos : OptionalInt.empty(),
        config.addEos().orElse(false) ? eos : OptionalInt.empty());
  }

  int[] apply(Encoder encoder) {
    int[] ids = encoder.encode(postProcess);
    if (postProcess) {
      boolean twice = startsWithBos(ids, 0) && startsWithBos(ids, 1);
      boolean added = twice && encoder.encode(false).length < ids.length;
      return added ? Arrays.copyOfRange(ids, 1, ids.length) : ids;
    }
    IntStream start = startsWithBos(ids, 0) ? IntStream.empty() : before.stream();
    return IntStream.concat(IntStream.concat(start, Arrays.stream(ids)), after.stream()).toArray();
  }

  private boolean startsWithBos(int[] ids, int at) {
    return bos.isPresent() && ids.length > at && ids[at] == bos.getAsInt();
  }

  private static OptionalInt id(Optional<AddedToken> token, Vocabulary vocabulary) {
    return token.isPresent() ? vocabulary.id(token.get().content()) : OptionalInt.empty();
  }
}

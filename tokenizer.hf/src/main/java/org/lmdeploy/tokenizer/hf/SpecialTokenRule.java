package org.lmdeploy.tokenizer.hf;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Which special tokens come around a text. Where the configuration (or its tokenizer class) speaks
 * of BOS and EOS, its word replaces the post-processor of {@code tokenizer.json}, as {@code
 * update_post_processor} of transformers does; else the post-processor stands. What comes before a
 * text is not added to one that begins with it, as a rendered chat template does.
 *
 * @param postProcess whether the tokenizer's own post-processor adds the special tokens
 * @param before what comes before a text
 * @param after what the configuration puts after a text
 */
record SpecialTokenRule(boolean postProcess, int[] before, int[] after) {
  private static final int[] NOTHING = {};

  /** Encodes a text, with the tokenizer's own post-processor or without. */
  interface Encoder {
    int[] encode(boolean postProcess);
  }

  /**
   * The rule of a checkpoint.
   *
   * @param example encodes a text that is not empty
   */
  static SpecialTokenRule of(TokenizerConfig config, Vocabulary vocabulary, Encoder example) {
    if (config.addBos().isEmpty() && config.addEos().isEmpty()) {
      return new SpecialTokenRule(true, added(example), NOTHING);
    }
    return new SpecialTokenRule(
        false,
        config.addBos().orElse(false) ? id(config.bos(), vocabulary) : NOTHING,
        config.addEos().orElse(false) ? id(config.eos(), vocabulary) : NOTHING);
  }

  int[] apply(Encoder encoder) {
    int[] ids = encoder.encode(postProcess);
    if (postProcess) {
      boolean twice = begins(ids, 0) && begins(ids, before.length);
      boolean added = twice && encoder.encode(false).length < ids.length;
      return added ? Arrays.copyOfRange(ids, before.length, ids.length) : ids;
    }
    IntStream start = begins(ids, 0) ? IntStream.empty() : Arrays.stream(before);
    return IntStream.concat(IntStream.concat(start, Arrays.stream(ids)), Arrays.stream(after))
        .toArray();
  }

  private boolean begins(int[] ids, int at) {
    int end = at + before.length;
    return before.length > 0
        && ids.length >= end
        && Arrays.equals(before, 0, before.length, ids, at, end);
  }

  /** What the post-processor puts before a text. */
  private static int[] added(Encoder example) {
    int[] all = example.encode(true);
    int[] text = example.encode(false);
    int at = 0;
    while (at + text.length <= all.length
        && !Arrays.equals(text, 0, text.length, all, at, at + text.length)) {
      at++;
    }
    return at + text.length <= all.length ? Arrays.copyOf(all, at) : NOTHING;
  }

  private static int[] id(Optional<AddedToken> token, Vocabulary vocabulary) {
    OptionalInt id = token.isPresent() ? vocabulary.id(token.get().content()) : OptionalInt.empty();
    return id.stream().toArray();
  }
}

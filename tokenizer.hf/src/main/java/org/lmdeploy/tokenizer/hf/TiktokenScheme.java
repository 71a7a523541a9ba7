package org.lmdeploy.tokenizer.hf;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a vocabulary in tiktoken's form leaves to the code of its checkpoint.
 *
 * @param pattern the expression that cuts a text into words
 * @param normalizer the Unicode form that a text is brought into first
 * @param addedTokens tokens that follow the vocabulary whether or not the configuration names them
 * @param before special tokens that come before every text
 */
record TiktokenScheme(
    String pattern,
    Optional<String> normalizer,
    List<AddedToken> addedTokens,
    List<String> before) {
  private static final String PATTERN =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}%s"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final int EXTRA_TOKENS = 205;

  /** Qwen-VL's tokens for places in images and for images, after all others. */
  private static final List<String> IMAGE_TOKENS =
      List.of(
          "<ref>", "</ref>", "<box>", "</box>", "<quad>", "</quad>", "<img>", "</img>", "<imgpad>");

  /**
   * Qwen's first version: {@code tokenization_qwen.py} of the Qwen and Qwen-VL checkpoints.
   *
   * @param seesImages whether there are Qwen-VL's tokens
   */
  static TiktokenScheme qwen(boolean seesImages) {
    List<AddedToken> tokens =
        Stream.of(
                Stream.of("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
                IntStream.range(0, EXTRA_TOKENS).mapToObj("<|extra_%d|>"::formatted),
                seesImages ? IMAGE_TOKENS.stream() : Stream.<String>empty())
            .flatMap(some -> some)
            // the class looks for them in the normalized text
            .map(token -> new AddedToken(token, false, false, false, true, true))
            .toList();
    return new TiktokenScheme(PATTERN.formatted(""), Optional.of("NFC"), tokens, List.of());
  }

  /**
   * GLM-4: {@code tokenization_chatglm.py} of the GLM-4 checkpoints, whose special tokens are all
   * in {@code tokenizer_config.json}.
   */
  static TiktokenScheme glm4() {
    return new TiktokenScheme(
        PATTERN.formatted("{1,3}"), Optional.empty(), List.of(), List.of("[gMASK]", "<sop>"));
  }
}

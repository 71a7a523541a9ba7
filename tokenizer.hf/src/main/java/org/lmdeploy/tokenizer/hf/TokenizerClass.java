package org.lmdeploy.tokenizer.hf;

import java.util.Map;
import java.util.Optional;

/**
 * What the tokenizer classes of transformers (and of the checkpoints that bring their own code)
 * assume where {@code tokenizer_config.json} is silent.
 */
enum TokenizerClass {
  /**
   * {@code LlamaTokenizer} and those derived from it; also the meaning of a SentencePiece file
   * beside which no class is named.
   */
  LLAMA(true, Map.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>")),
  /** {@code InternLM2Tokenizer}, code of the InternLM2 and InternVL checkpoints. */
  INTERNLM2(
      true,
      Map.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>", "pad_token", "</s>")),
  /** {@code BaichuanTokenizer}, code of the Baichuan checkpoints. */
  BAICHUAN(false, Map.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>")),
  /**
   * {@code ChatGLM4Tokenizer}, code of the GLM-4 checkpoints: what its post-processor adds stands.
   */
  CHATGLM4(null, Map.of()),
  /** Everything else: what {@code tokenizer.json} itself says. */
  OTHER(null, Map.of());

  private final Boolean addsBos;
  private final Map<String, String> tokens;

  TokenizerClass(Boolean addsBos, Map<String, String> tokens) {
    this.addsBos = addsBos;
    this.tokens = tokens;
  }

  static TokenizerClass of(String name) {
    return switch (name.replaceFirst("Fast$", "")) {
      case "LlamaTokenizer", "CodeLlamaTokenizer", "InternLMTokenizer" -> LLAMA;
      case "InternLM2Tokenizer", "InternLMXComposer2Tokenizer" -> INTERNLM2;
      case "BaichuanTokenizer" -> BAICHUAN;
      case "ChatGLM4Tokenizer" -> CHATGLM4;
      default -> OTHER;
    };
  }

  Optional<Boolean> addsBos() {
    return Optional.ofNullable(addsBos);
  }

  Optional<Boolean> addsEos() {
    return addsBos().map(_ -> false);
  }

  Optional<String> token(String name) {
    return Optional.ofNullable(tokens.get(name));
  }
}

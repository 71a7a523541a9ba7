package org.lmdeploy.tokenizer.hf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** The tokenizer files of a checkpoint, and which of them is used. */
final class TokenizerFolder {
  private static final String FAST = "tokenizer.json";
  private static final String TIKTOKEN = "qwen.tiktoken";
  private static final String SENTENCE_PIECE = "tokenizer.model";

  /** Large vocabularies take 10 to 40 MB; what is far above that is no tokenizer. */
  private static final long LARGEST_TOKENIZER = 256L << 20;

  private TokenizerFolder() {}

  /** Which file of the folder would be used, or empty if there is none. */
  static Optional<String> evidence(Path folder) {
    for (String file : new String[] {FAST, TIKTOKEN, SENTENCE_PIECE}) {
      if (Files.isRegularFile(folder.resolve(file))) {
        return Optional.of("found " + file);
      }
    }
    return Optional.empty();
  }

  static Tokenizer open(Path folder) {
    Path fast = folder.resolve(FAST);
    Path sentencePiece = folder.resolve(SENTENCE_PIECE);
    if (Files.isRegularFile(fast)) {
      TokenizerConfig config = TokenizerConfig.read(folder, TokenizerClass.OTHER);
      TokenizerJson json =
          TokenizerJson.parse(fast.toString(), ModelFiles.text(fast, LARGEST_TOKENIZER));
      return HfTokenizer.open(json.configured(config), config);
    }
    Path tiktoken = folder.resolve(TIKTOKEN);
    if (Files.isRegularFile(tiktoken)) {
      TokenizerConfig config = TokenizerConfig.read(folder, TokenizerClass.OTHER);
      byte[] file = ModelFiles.bytes(tiktoken, LARGEST_TOKENIZER);
      return tiktoken(tiktoken, file, config, TiktokenScheme.qwen(seesImages(folder)));
    }
    if (Files.isRegularFile(sentencePiece)) {
      byte[] file = ModelFiles.bytes(sentencePiece, LARGEST_TOKENIZER);
      return TiktokenRanks.begins(file)
          ? glm4(folder, sentencePiece, file)
          : sentencePiece(folder, sentencePiece, file);
    }
    throw new InvalidModelException(
        "%s has no tokenizer: %s, %s or %s is needed"
            .formatted(folder, FAST, TIKTOKEN, SENTENCE_PIECE));
  }

  private static Tokenizer sentencePiece(Path folder, Path path, byte[] file) {
    TokenizerConfig config = TokenizerConfig.read(folder, TokenizerClass.LLAMA);
    SentencePieceModel model = SentencePieceModel.parse(path.toString(), file);
    String json = new SentencePieceConverter(model, config).tokenizerJson();
    return HfTokenizer.open(TokenizerJson.parse(path.toString(), json), config);
  }

  /** GLM-4 calls its vocabulary in tiktoken's form as others call theirs of SentencePiece. */
  private static Tokenizer glm4(Path folder, Path path, byte[] file) {
    TokenizerConfig config = TokenizerConfig.read(folder, TokenizerClass.OTHER);
    if (config.tokenizerClass() != TokenizerClass.CHATGLM4) {
      throw new InvalidModelException(
          ("%s is a vocabulary in tiktoken's form, and tokenizer_config.json names no"
                  + " tokenizer_class whose use of it is known (ChatGLM4Tokenizer); %s is needed")
              .formatted(path, FAST));
    }
    return tiktoken(path, file, config, TiktokenScheme.glm4());
  }

  private static Tokenizer tiktoken(
      Path path, byte[] file, TokenizerConfig config, TiktokenScheme scheme) {
    TiktokenRanks ranks = TiktokenRanks.parse(path.toString(), file);
    String json = new TiktokenConverter(ranks, config, scheme).tokenizerJson();
    return HfTokenizer.open(TokenizerJson.parse(path.toString(), json), config);
  }

  /** Whether this is Qwen-VL, whose vocabulary file is that of Qwen. */
  private static boolean seesImages(Path folder) {
    return TokenizerConfig.optional(folder, "config.json").has("visual");
  }
}

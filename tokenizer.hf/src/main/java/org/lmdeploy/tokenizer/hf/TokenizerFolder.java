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
      String origin = tiktoken.toString();
      TiktokenRanks ranks =
          TiktokenRanks.parse(origin, ModelFiles.bytes(tiktoken, LARGEST_TOKENIZER));
      String json = new TiktokenConverter(ranks, config, seesImages(folder)).tokenizerJson();
      return HfTokenizer.open(TokenizerJson.parse(origin, json), config);
    }
    if (Files.isRegularFile(sentencePiece)) {
      TokenizerConfig config = TokenizerConfig.read(folder, TokenizerClass.LLAMA);
      String origin = sentencePiece.toString();
      SentencePieceModel model =
          SentencePieceModel.parse(origin, ModelFiles.bytes(sentencePiece, LARGEST_TOKENIZER));
      String json = new SentencePieceConverter(model, config).tokenizerJson();
      return HfTokenizer.open(TokenizerJson.parse(origin, json), config);
    }
    throw new InvalidModelException(
        "%s has no tokenizer: %s, %s or %s is needed"
            .formatted(folder, FAST, TIKTOKEN, SENTENCE_PIECE));
  }

  /** Whether this is Qwen-VL, whose vocabulary file is that of Qwen. */
  private static boolean seesImages(Path folder) {
    return TokenizerConfig.optional(folder, "config.json").has("visual");
  }
}

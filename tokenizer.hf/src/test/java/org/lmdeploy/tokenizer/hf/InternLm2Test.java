package org.lmdeploy.tokenizer.hf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** InternLM2 gives new names to placeholder pieces of its SentencePiece model. */
final class InternLm2Test {
  private static final String CONFIG =
      """
      {"tokenizer_class":"InternLM2Tokenizer","bos_token":"<s>","eos_token":"</s>",
       "added_tokens_decoder":{"500":{"content":"<|action|>","special":true},
                               "%d":{"content":"<IMG_CONTEXT>","special":true}}}
      """;

  @Test
  void renamedAndAppendedPiecesAreSpecial(@TempDir Path path) {
    ModelFolder folder = new ModelFolder(path).withSentencePiece("bpe.model");
    int size = sizeOf(folder);
    folder.with("tokenizer_config.json", CONFIG.formatted(size));
    try (Tokenizer tokenizer = folder.open()) {
      String text = "<|action|><IMG_CONTEXT>";
      assertArrayEquals(new int[] {1, 500, size}, tokenizer.encode(text, true));
      assertEquals("", tokenizer.decode(new int[] {500, size}, true));
      assertEquals("<|action|>", tokenizer.token(500));
      int[] ids = tokenizer.encode("The red circle", true);
      assertEquals("The red circle", tokenizer.decode(ids, true));
    }
  }

  private static int sizeOf(ModelFolder folder) {
    try (Tokenizer tokenizer = folder.open()) {
      return tokenizer.vocabSize();
    }
  }
}

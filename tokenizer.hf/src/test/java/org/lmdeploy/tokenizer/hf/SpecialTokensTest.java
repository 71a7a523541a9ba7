package org.lmdeploy.tokenizer.hf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** BOS, EOS and added tokens, as the files around tokenizer.json say. */
final class SpecialTokensTest {
  private static final String TEMPLATE =
      """
      {"type":"TemplateProcessing",
       "single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
       "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],
       "special_tokens":{"<s>":{"id":"<s>","ids":[0],"tokens":["<s>"]}}}
      """;

  @TempDir Path path;

  @Test
  void withoutConfigurationThePostProcessorDecides() {
    try (Tokenizer tokenizer = folder(TEMPLATE, "{\"bos_token\":\"<s>\"}").open()) {
      assertArrayEquals(new int[] {0, 5, 4}, tokenizer.encode("abc", true));
      assertArrayEquals(new int[] {0, 5, 4}, tokenizer.encode("<s>abc", true));
      assertArrayEquals(new int[] {0}, tokenizer.encode("", true));
      assertArrayEquals(new int[] {5, 4}, tokenizer.encode("abc", false));
    }
  }

  @Test
  void theConfigurationReplacesThePostProcessor() {
    String config =
        """
        {"add_bos_token":false,"add_eos_token":true,"bos_token":"<s>","eos_token":"</s>"}
        """;
    try (Tokenizer tokenizer = folder(TEMPLATE, config).open()) {
      assertArrayEquals(new int[] {5, 1}, tokenizer.encode("ab", true));
    }
  }

  @Test
  void bosOfTheTextIsNotRepeated() {
    String config = "{\"add_bos_token\":true,\"bos_token\":{\"content\":\"<s>\",\"lstrip\":false}}";
    try (Tokenizer tokenizer = folder("null", config).open()) {
      assertArrayEquals(new int[] {0, 5}, tokenizer.encode("ab", true));
      assertArrayEquals(new int[] {0, 5}, tokenizer.encode("<s>ab", true));
      assertArrayEquals(new int[] {0, 2, 0}, tokenizer.encode("a<s>", true));
      assertEquals(Optional.of("<s>"), tokenizer.bosToken());
      assertEquals(Optional.empty(), tokenizer.eosToken());
    }
  }

  @Test
  void olderCheckpointsNameTheirTokensInOtherFiles() {
    ModelFolder folder =
        folder("null", "{\"tokenizer_class\":\"LlamaTokenizerFast\"}")
            .with("special_tokens_map.json", "{\"bos_token\":\"</s>\",\"pad_token\":\"[PAD]\"}")
            .with("added_tokens.json", "{\"<image>\":6}");
    try (Tokenizer tokenizer = folder.open()) {
      assertArrayEquals(new int[] {1, 2, 6}, tokenizer.encode("a<image>", true));
      assertEquals(OptionalInt.of(7), tokenizer.tokenId("<unk>"));
      assertEquals(OptionalInt.of(8), tokenizer.tokenId("[PAD]"));
      assertEquals("[PAD]", tokenizer.token(8));
      assertEquals(9, tokenizer.vocabSize());
      assertFalse(tokenizer.isSpecial(6));
      assertTrue(tokenizer.isSpecial(8));
    }
  }

  @Test
  void tokensOfTheConfigurationAreAdded() {
    String config =
        """
        {"added_tokens_decoder":{"6":{"content":"<img>","special":true},
                                 "4":{"content":"c","special":true,"rstrip":true}},
         "additional_special_tokens":["<img>",{"content":"<end>"}]}
        """;
    try (Tokenizer tokenizer = folder("null", config).open()) {
      assertArrayEquals(new int[] {2, 6, 4, 7}, tokenizer.encode("a<img>c  <end>", false));
      assertEquals("a", tokenizer.decode(new int[] {2, 6, 4, 7}, true));
      assertEquals("a<img>c<end>", tokenizer.decode(new int[] {2, 6, 4, 7}, false));
    }
  }

  private ModelFolder folder(String postProcessor, String config) {
    return new ModelFolder(path)
        .with("tokenizer.json", ModelFolder.small(postProcessor, "{\"type\":\"Fuse\"}"))
        .with("tokenizer_config.json", config);
  }
}

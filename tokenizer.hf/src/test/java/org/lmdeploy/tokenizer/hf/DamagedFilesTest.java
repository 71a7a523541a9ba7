package org.lmdeploy.tokenizer.hf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** Files that are missing, cut off or hostile end in one clear error, never in a dead JVM. */
final class DamagedFilesTest {
  @TempDir Path path;

  @Test
  void anEmptyFolderHasNoTokenizer() {
    assertEquals(Optional.empty(), new HfTokenizerProvider().accepts(path));
    assertRefused(
        new ModelFolder(path),
        "has no tokenizer: tokenizer.json, qwen.tiktoken or tokenizer.model is needed");
  }

  @Test
  void theFileThatIsUsedIsNamed() {
    ModelFolder folder = new ModelFolder(path).withSentencePiece("bpe.model");
    assertEquals(Optional.of("found tokenizer.model"), new HfTokenizerProvider().accepts(path));
    folder.with("tokenizer.json", ModelFolder.small());
    assertEquals(Optional.of("found tokenizer.json"), new HfTokenizerProvider().accepts(path));
  }

  @Test
  void aCutOffTokenizerJsonIsRefusedEverywhere() {
    String json = ModelFolder.small();
    for (int length = 0; length < json.stripTrailing().length(); length += 7) {
      ModelFolder folder = new ModelFolder(path).with("tokenizer.json", json.substring(0, length));
      assertRefused(folder, "tokenizer.json");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"a\":2 | \"a\":-2 | model.vocab: a is wrong; an id from 0 to 16777215 is needed",
        "\"a\":2 | \"a\":4000000000 | model.vocab: a is wrong",
        "\"a\":2 | \"a\":\"x\" | model.vocab: a is wrong; a token id is needed",
        "\"BPE\" | \"XYZ\" | is refused by the tokenizers library",
        "[\"a\",\"b\"] | [\"a\",\"z\"] | out of vocabulary",
        "\"type\":\"BPE\" | \"type\":\"BPE\",\"continuing_subword_prefix\":\"##\" |"
            + " continuing_subword_prefix is ##",
        "{\"type\":\"Fuse\"} | {\"type\":\"Strip\",\"content\":\"a\",\"start\":0,\"stop\":9} |"
            + " decoder: stop is 9; only 0 is supported",
        "\"post_processor\":null |"
            + " \"post_processor\":{\"single\":[{\"SpecialToken\":{\"id\":\"<s>\",\"type_id\":0}}],\"pair\":[],\"special_tokens\":{}}"
            + " | single uses <s>, which special_tokens does not define",
        "\"post_processor\":null | \"post_processor\":[{\"single\":[]},{\"single\":[]}] | only one"
            + " is supported",
        "\"normalizer\":null |"
            + " \"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"} | the"
            + " character map is damaged",
        "\"content\":\"<s>\" | \"content\":7 | content is 7; a text is needed"
      })
  void aHostileTokenizerJsonIsRefused(String good, String bad, String message) {
    String json = ModelFolder.small();
    assertTrue(json.contains(good), good);
    assertRefused(new ModelFolder(path).with("tokenizer.json", json.replace(good, bad)), message);
  }

  @Test
  void deepNestingAndWrongEncodingAreRefused() {
    String deep = "[".repeat(100_000);
    assertRefused(new ModelFolder(path).with("tokenizer.json", deep), "tokenizer.json");
    assertRefused(
        new ModelFolder(path).with("tokenizer.json", "{\"normalizer\":" + deep), "nesting");
    assertRefused(
        new ModelFolder(path).with("tokenizer.json", new byte[] {'{', '"', (byte) 0xC3, '"', '}'}),
        "is not UTF-8 text");
    assertRefused(
        new ModelFolder(path)
            .with("tokenizer.json", "version https://git-lfs.github.com/spec/v1\n"),
        "Git LFS");
  }

  @Test
  void aWrongConfigurationIsRefused() {
    ModelFolder folder = new ModelFolder(path).with("tokenizer.json", ModelFolder.small());
    assertRefused(folder.with("tokenizer_config.json", "null"), "a JSON object is needed");
    assertRefused(
        folder.with("tokenizer_config.json", "{\"add_bos_token\":1}"), "true or false is needed");
    assertRefused(
        folder.with("tokenizer_config.json", "{\"added_tokens_decoder\":{\"x\":{}}}"),
        "token ids are needed as keys");
    assertRefused(folder.with("tokenizer_config.json", "{\"bos_token\":7}"), "a text is needed");
  }

  @Test
  void aCutOffSentencePieceModelIsRefusedOrStillWhole() {
    byte[] model = ModelFolder.resource("unigram.model");
    int opened = 0;
    for (int length = 0; length < model.length; length += 61) {
      opened += opens(Arrays.copyOf(model, length));
    }
    // cut between two pieces, a model is merely a smaller one
    assertTrue(opened < 30, () -> "too many opened");
  }

  @Test
  void aScrambledSentencePieceModelNeverEndsTheJvm() {
    Random random = new Random(5);
    for (String name : new String[] {"unigram.model", "bpe.model"}) {
      for (int i = 0; i < 100; i++) {
        byte[] model = ModelFolder.resource(name).clone();
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
          model[random.nextInt(model.length)] = (byte) random.nextInt(256);
        }
        assertTrue(opens(model) <= 1);
      }
    }
  }

  @Test
  void otherClassesNeedATokenizerJson() {
    ModelFolder folder =
        new ModelFolder(path)
            .withSentencePiece("unigram.model")
            .with("tokenizer_config.json", "{\"tokenizer_class\":\"T5Tokenizer\"}");
    assertTrue(
        assertThrows(UnsupportedFeatureException.class, folder::open)
            .getMessage()
            .contains("others need a tokenizer.json"));
  }

  @Test
  void aCharacterMapThatLeadsOutsideIsRefused() {
    byte[] map = new byte[4 + 1024 + 2];
    map[1] = 4;
    CharsMap.check("here", map);
    map[4 + 2] = 0x7F;
    assertThrows(InvalidModelException.class, () -> CharsMap.check("here", map));
    assertThrows(
        InvalidModelException.class,
        () -> CharsMap.checkBase64("here", Base64.getEncoder().encodeToString(map)));
  }

  @Test
  void aLargeFileIsNotRead() {
    Path file = new ModelFolder(path).with("large", new byte[2 << 20]).path().resolve("large");
    Exception e = assertThrows(InvalidModelException.class, () -> ModelFiles.bytes(file, 1 << 20));
    String message = e.getMessage();
    assertTrue(message.endsWith("is larger than the 1 MiB that such a file may have"), message);
  }

  /** One if the model opens and works, none if it is refused. */
  private int opens(byte[] model) {
    try (Tokenizer tokenizer = new ModelFolder(path).with("tokenizer.model", model).open()) {
      tokenizer.decode(tokenizer.encode("The red circle 😀 <s>", true), false);
      return 1;
    } catch (LmDeployException e) {
      assertTrue(e.getMessage().contains("tokenizer.model"), e::getMessage);
      return 0;
    }
  }

  private static void assertRefused(ModelFolder folder, String message) {
    InvalidModelException e = assertThrows(InvalidModelException.class, folder::open);
    assertTrue(e.getMessage().contains(message), e::getMessage);
  }
}

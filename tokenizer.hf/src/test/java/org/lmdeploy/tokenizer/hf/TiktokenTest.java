package org.lmdeploy.tokenizer.hf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * The vocabulary files of Qwen's first version and of GLM-4 against tiktoken; the data is written
 * by make_tiktoken_goldens.py.
 */
final class TiktokenTest {
  private static final String FILE = "qwen.tiktoken";

  @TempDir Path folder;

  /** What tiktoken made of a text. */
  record Case(String text, int[] ids, String decoded) {}

  private record Goldens(String tiktoken, List<Case> cases) {}

  private static byte[] small() {
    return ModelFolder.resource("small.tiktoken");
  }

  @Test
  void idsAndTextsAreThoseOfTiktoken() {
    Goldens goldens =
        Json.MAPPER.readValue(ModelFolder.resource("tiktoken-goldens.json"), Goldens.class);
    try (Tokenizer tokenizer = new ModelFolder(folder).with(FILE, small()).open()) {
      for (Case expected : goldens.cases()) {
        String what = "of \"" + expected.text() + "\"";
        assertArrayEquals(expected.ids(), tokenizer.encode(expected.text(), false), "ids " + what);
        assertArrayEquals(expected.ids(), tokenizer.encode(expected.text(), true), "ids " + what);
        assertEquals(expected.decoded(), tokenizer.decode(expected.ids(), false), "text " + what);
      }
    }
  }

  /** What the configuration of a GLM-4 checkpoint says, for the small vocabulary. */
  private static String glm4Config() {
    List<String> tokens =
        List.of(
            "<|endoftext|>",
            "[MASK]",
            "[gMASK]",
            "[sMASK]",
            "<sop>",
            "<eop>",
            "<|system|>",
            "<|user|>",
            "<|assistant|>",
            "<|observation|>");
    StringBuilder decoder = new StringBuilder();
    for (String token : tokens) {
      decoder
          .append(decoder.isEmpty() ? "" : ", ")
          .append('"')
          .append(lines() + tokens.indexOf(token))
          .append("\": {\"content\": \"")
          .append(token)
          .append("\", \"special\": true, \"normalized\": false}");
    }
    return """
    {"tokenizer_class": "ChatGLM4Tokenizer", "eos_token": "<|endoftext|>",
     "added_tokens_decoder": {%s}}\
    """
        .formatted(decoder);
  }

  @Test
  void glm4sFileIsToldFromSentencePiecesOfTheSameName() {
    Goldens goldens =
        Json.MAPPER.readValue(ModelFolder.resource("glm4-goldens.json"), Goldens.class);
    ModelFolder model =
        new ModelFolder(folder)
            .with("tokenizer.model", small())
            .with("tokenizer_config.json", glm4Config());
    try (Tokenizer tokenizer = model.open()) {
      int[] start = tokenizer.encode("[gMASK]<sop>", false);
      assertArrayEquals(new int[] {lines() + 2, lines() + 4}, start);
      for (Case expected : goldens.cases()) {
        String what = "of \"" + expected.text() + "\"";
        assertArrayEquals(expected.ids(), tokenizer.encode(expected.text(), false), "ids " + what);
        assertEquals(expected.decoded(), tokenizer.decode(expected.ids(), false), "text " + what);
        boolean begun = expected.text().startsWith("[gMASK]<sop>");
        int[] all = tokenizer.encode(expected.text(), true);
        int[] rest = begun ? all : Arrays.copyOfRange(all, 2, all.length);
        assertArrayEquals(start, Arrays.copyOf(all, 2), "start " + what);
        assertArrayEquals(expected.ids(), rest, "after the start " + what);
      }
    }
  }

  @Test
  void aFileOfTiktokensFormWithoutAKnownClassIsRefused() {
    ModelFolder unknown = new ModelFolder(folder).with("tokenizer.model", small());
    InvalidModelException error = assertThrows(InvalidModelException.class, unknown::open);
    assertTrue(error.getMessage().contains("ChatGLM4Tokenizer"), error.getMessage());
    ModelFolder incomplete =
        unknown.with("tokenizer_config.json", "{\"tokenizer_class\": \"ChatGLM4Tokenizer\"}");
    error = assertThrows(InvalidModelException.class, incomplete::open);
    assertTrue(error.getMessage().contains("[gMASK]"), error.getMessage());
  }

  @Test
  void specialTokensFollowTheVocabulary() {
    try (Tokenizer tokenizer = new ModelFolder(folder).with(FILE, small()).open()) {
      int first = tokenizer.tokenId("<|endoftext|>").orElseThrow();
      assertEquals(lines(), first);
      assertEquals(first + 2, tokenizer.tokenId("<|im_end|>").orElseThrow());
      assertEquals(first + 207, tokenizer.tokenId("<|extra_204|>").orElseThrow());
      assertEquals("", tokenizer.decode(new int[] {first + 2}, true));
    }
  }

  @Test
  void imageTokensFollowWhereThereIsAnEncoder() {
    try (Tokenizer text = new ModelFolder(folder).with(FILE, small()).open()) {
      assertTrue(text.tokenId("<img>").isEmpty());
    }
    ModelFolder images =
        new ModelFolder(folder).with(FILE, small()).with("config.json", "{\"visual\": {}}");
    try (Tokenizer tokenizer = images.open()) {
      int first = tokenizer.tokenId("<|extra_204|>").orElseThrow() + 1;
      assertEquals(first, tokenizer.tokenId("<ref>").orElseThrow());
      assertEquals(first + 6, tokenizer.tokenId("<img>").orElseThrow());
      assertEquals(first + 7, tokenizer.tokenId("</img>").orElseThrow());
      assertEquals(first + 8, tokenizer.tokenId("<imgpad>").orElseThrow());
      int[] ids = tokenizer.encode("<img></img>", false);
      assertArrayEquals(new int[] {first + 6, first + 7}, ids);
      assertEquals("", tokenizer.decode(ids, true));
    }
  }

  @Test
  void damagedFilesAreRefused() {
    String text = new String(small(), StandardCharsets.US_ASCII);
    refused(text.replaceFirst("\n", "\n\n"), "line 2 is wrong");
    refused(text.replaceFirst(" 5\n", " 6\n"), "line 6 is wrong");
    refused(text.replaceFirst(" 7\n", " 99999999999\n"), "line 8 is wrong");
    refused(text.replaceFirst("[^\n]+ 3\n", "%%%% 3\n"), "line 4 is no Base64");
    refused(text.substring(0, text.indexOf(" 200\n")), "line 201 is wrong");
    refused(text.lines().limit(255).reduce("", (a, b) -> a + b + "\n"), "255 of the 256");
    refused(text + "QQ== " + lines() + "\n", "repeats the token");
    refused("", "0 of the 256");
  }

  private void refused(String content, String what) {
    ModelFolder damaged = new ModelFolder(folder).with(FILE, content);
    InvalidModelException error = assertThrows(InvalidModelException.class, damaged::open);
    assertTrue(error.getMessage().contains(FILE), error.getMessage());
    assertTrue(error.getMessage().contains(what), error.getMessage());
  }

  private static int lines() {
    return (int) new String(small(), StandardCharsets.US_ASCII).lines().count();
  }
}

package org.lmdeploy.tokenizer.hf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** The prompts and answers of the golden data. */
final class SharedGoldenTest {
  @ParameterizedTest
  @CsvSource({
    "internvl, tiny-internvl2",
    "llava, tiny-llava",
    "llava, tiny-llava-hf",
    "qwenvl, tiny-qwen-vl-chat"
  })
  void promptsAndAnswersHaveTheirIds(String family, String model) throws IOException {
    List<Path> goldens = SharedFiles.json(SharedFiles.of("goldens/" + family));
    assertFalse(goldens.isEmpty());
    try (Tokenizer tokenizer = new HfTokenizerProvider().open(SharedFiles.of("models/" + model))) {
      for (Path golden : goldens) {
        check(tokenizer, golden);
      }
    }
  }

  private static void check(Tokenizer tokenizer, Path golden) throws IOException {
    ConfigTree tree = Json.object(golden.toString(), Files.readString(golden));
    String image = tree.text("image_token");
    int images = tree.positiveInt("image_tokens");
    String prompt = tree.text("prompt_text").replace(image + "*" + images, image.repeat(images));
    int[] wanted = ids(tree, "prompt_ids");

    assertArrayEquals(wanted, tokenizer.encode(prompt, true), golden.toString());
    String bos = tokenizer.bosToken().orElse("");
    assertArrayEquals(wanted, tokenizer.encode(bos + prompt, true), golden + " with its BOS");
    assertEquals(bos + prompt, tokenizer.decode(wanted, false));
    assertEquals(tree.text("answer_text"), tokenizer.decode(ids(tree, "answer_ids"), true));

    StringBuilder bytes = new StringBuilder();
    for (int id : ids(tree, "answer_ids")) {
      bytes.append(new String(tokenizer.tokenBytes(id), StandardCharsets.ISO_8859_1));
    }
    assertArrayEquals(
        tree.text("answer_text").getBytes(StandardCharsets.UTF_8),
        bytes.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static int[] ids(ConfigTree tree, String key) {
    return tree.integers(key).stream().mapToInt(Integer::intValue).toArray();
  }
}

package org.lmdeploy.tokenizer.hf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * SentencePiece models against {@code LlamaTokenizerFast}; the data is written by
 * make_sentencepiece_goldens.py.
 */
final class SentencePieceGoldenTest {
  /** What transformers made of a text. */
  record Case(String text, int[] ids, String decoded, String plain) {}

  /** A model file, read in one of the two ways. */
  record Golden(String file, boolean legacy, List<Case> cases) {
    @Override
    public String toString() {
      return file + (legacy ? " legacy" : "");
    }
  }

  private record Goldens(String transformers, List<Golden> models) {}

  static Stream<Golden> goldens() {
    return Json.MAPPER
        .readValue(ModelFolder.resource("sentencepiece-goldens.json"), Goldens.class)
        .models()
        .stream();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void idsAndTextsAreThoseOfTransformers(Golden golden, @TempDir Path folder) {
    try (Tokenizer tokenizer = open(golden, folder)) {
      for (Case expected : golden.cases()) {
        String what = "of \"" + expected.text() + "\"";
        assertArrayEquals(expected.ids(), tokenizer.encode(expected.text(), false), "ids " + what);
        assertEquals(expected.decoded(), tokenizer.decode(expected.ids(), false), "text " + what);
        assertEquals(expected.plain(), tokenizer.decode(expected.ids(), true), "plain " + what);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void bosStandsOnceAtTheStart(Golden golden, @TempDir Path folder) {
    try (Tokenizer tokenizer = open(golden, folder)) {
      int bos = tokenizer.tokenId("<s>").orElseThrow();
      for (Case expected : golden.cases()) {
        int[] ids = expected.ids();
        boolean there = ids.length > 0 && ids[0] == bos;
        int[] wanted =
            there ? ids : IntStream.concat(IntStream.of(bos), IntStream.of(ids)).toArray();
        assertArrayEquals(wanted, tokenizer.encode(expected.text(), true), expected.text());
      }
    }
  }

  private static Tokenizer open(Golden golden, Path folder) {
    return new ModelFolder(folder)
        .withSentencePiece(golden.file())
        .with("tokenizer_config.json", ModelFolder.LLAMA.formatted(golden.legacy()))
        .open();
  }
}

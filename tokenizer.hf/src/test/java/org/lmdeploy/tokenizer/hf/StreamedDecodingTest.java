package org.lmdeploy.tokenizer.hf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** Decoding token by token, as a stream of answers does it. */
final class StreamedDecodingTest {
  private static final String TEXT =
      "The picture shows  a red 😀 circle\n\n  你是谁 👩‍👩‍👧 и круг. Größe\t<tool> end";

  @ParameterizedTest
  @ValueSource(strings = {"bpe.model", "unigram.model"})
  void windowsOfTokensGiveTheWholeText(String model, @TempDir Path path) {
    try (Tokenizer tokenizer = open(model, path)) {
      int[] ids = tokenizer.encode(TEXT, false);
      assertEquals(TEXT, tokenizer.decode(ids, false));
      assertEquals(TEXT, streamed(tokenizer, ids));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bpe.model", "unigram.model"})
  void bytesOfTokensGiveTheWholeText(String model, @TempDir Path path) {
    try (Tokenizer tokenizer = open(model, path)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int id : tokenizer.encode(TEXT, false)) {
        bytes.writeBytes(tokenizer.tokenBytes(id));
      }
      // the space is the prefix that SentencePiece puts before a text
      assertEquals(" " + TEXT, bytes.toString(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bpe.model", "unigram.model"})
  void halfACharacterIsAReplacementCharacter(String model, @TempDir Path path) {
    try (Tokenizer tokenizer = open(model, path)) {
      int[] ids = tokenizer.encode("😀", false);
      assertArrayEquals(new byte[] {(byte) 0xF0}, tokenizer.tokenBytes(ids[1]));
      assertTrue(tokenizer.decode(Arrays.copyOf(ids, 4), false).endsWith("\uFFFD"));
      assertEquals("😀", tokenizer.decode(ids, false));
    }
  }

  /**
   * The usual window: what a new token adds is the difference between two decodings that begin at
   * the same earlier token, held back while it ends with half a character.
   */
  private static String streamed(Tokenizer tokenizer, int[] ids) {
    StringBuilder text = new StringBuilder();
    int prefix = 0;
    int read = 0;
    for (int end = 1; end <= ids.length; end++) {
      String before = tokenizer.decode(Arrays.copyOfRange(ids, prefix, read), false);
      String after = tokenizer.decode(Arrays.copyOfRange(ids, prefix, end), false);
      if (after.length() > before.length() && !after.endsWith("\uFFFD")) {
        text.append(after.substring(before.length()));
        prefix = read;
        read = end;
      }
    }
    return text.toString();
  }

  private static Tokenizer open(String model, Path path) {
    return new ModelFolder(path)
        .withSentencePiece(model)
        .with("tokenizer_config.json", ModelFolder.LLAMA.formatted(false))
        .open();
  }
}

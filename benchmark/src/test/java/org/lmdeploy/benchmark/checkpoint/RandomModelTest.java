package org.lmdeploy.benchmark.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.pipeline.Pipeline;
import org.lmdeploy.pipeline.Response;

class RandomModelTest {
  private static final Path TINY = Path.of("configs/llama-tiny.json");

  @TempDir private Path folder;

  @Test
  void aWrittenFolderAnswers() throws IOException {
    RandomModel.of(TINY, null).write(folder, 1, 3);
    try (Pipeline pipe = Pipeline.open(folder.toString())) {
      Response response = pipe.infer("describe this");
      assertTrue(response.generatedTokens() > 0);
      Tokenizer tokenizer = pipe.model().tokenizer();
      assertEquals(2048, tokenizer.vocabSize());
      String text = "the bytes äöü, 漢字 and\n words";
      int[] ids = tokenizer.encode(text, false);
      assertEquals(text, tokenizer.decode(ids, false));
      assertArrayEquals(new int[] {2043}, tokenizer.encode(SyntheticTokenizer.BOS, false));
    }
  }

  @Test
  void theTypeOfTheWeightsCanBeChosen() throws IOException {
    long two = RandomModel.of(TINY, DataType.bf16).weightBytes();
    assertEquals(2 * two, RandomModel.of(TINY, DataType.fp32).weightBytes());
  }

  @Test
  void aVocabularySmallerThanTheBytesIsRefused() {
    assertThrows(InvalidModelException.class, () -> SyntheticTokenizer.of(260));
    assertEquals(260, SyntheticTokenizer.of(261).id("<IMG_CONTEXT>"));
  }
}

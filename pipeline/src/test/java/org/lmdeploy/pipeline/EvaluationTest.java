package org.lmdeploy.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.testkit.SharedFolder;

/** The evaluation set of the demo model: the reference's answers, whatever the batch. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluationTest {
  private static final double CERTAIN_MARGIN = 0.1;
  private static final double LEAST_RIGHT = 0.96;

  private EvaluationSet set;
  private List<Response> batchOf8;

  @BeforeAll
  void answerInBatchesOf8() throws IOException {
    set = EvaluationSet.read(SharedFolder.of("eval/internvl"));
    assertFalse(set.items().isEmpty());
    batchOf8 = answers(8);
  }

  @Test
  void answersAreTheReferences() {
    int certain = 0;
    for (int i = 0; i < set.items().size(); i++) {
      EvaluationSet.Item item = set.items().get(i);
      if (item.margin() >= CERTAIN_MARGIN) {
        assertEquals(item.reference(), batchOf8.get(i).text(), item.image());
        certain++;
      }
    }
    assertTrue(certain > set.items().size() / 2, certain + " certain answers");
  }

  @Test
  void answersAreRight() {
    long right = 0;
    for (int i = 0; i < set.items().size(); i++) {
      right += set.items().get(i).answer().equals(batchOf8.get(i).text()) ? 1 : 0;
    }
    assertTrue(
        right >= LEAST_RIGHT * set.items().size(),
        right + " of " + set.items().size() + " are right");
  }

  @Test
  void batchSize1GivesTheSame() {
    same(answers(1));
  }

  @Test
  void batchSize32GivesTheSame() {
    same(answers(32));
  }

  /**
   * Blocks of 16 tokens: the first one holds what all prompts have before the image. The last few
   * questions are asked again while their images are still in the cache.
   */
  @Test
  void prefixCachingGivesTheSame() {
    int again = 30;
    int all = set.items().size();
    try (Pipeline pipe = open(32, 16, true)) {
      List<Response> responses = pipe.infer(set.prompts());
      same(responses);
      long beginnings = pipe.model().stats().cachedTokens();
      List<Response> repeated = pipe.infer(set.prompts().subList(all - again, all));
      assertEquals(
          responses.subList(all - again, all).stream().map(Response::tokenIds).toList(),
          repeated.stream().map(Response::tokenIds).toList());
      long images = pipe.model().stats().cachedTokens() - beginnings;
      assertTrue(beginnings >= 16L * all / 2, beginnings + " tokens of equal beginnings");
      assertTrue(images > 64L * again, images + " tokens of equal images");
      assertEquals(0, pipe.model().stats().kvBlocksUsed(), "blocks that are still in use");
    }
  }

  private void same(List<Response> responses) {
    for (int i = 0; i < responses.size(); i++) {
      assertEquals(
          batchOf8.get(i).tokenIds(), responses.get(i).tokenIds(), set.items().get(i).image());
    }
  }

  private List<Response> answers(int batchSize) {
    try (Pipeline pipe = open(batchSize, 64, false)) {
      List<Response> responses = pipe.infer(set.prompts());
      EngineStats stats = pipe.model().stats();
      assertEquals(0, stats.kvBlocksUsed(), "blocks that are still in use");
      assertEquals(0, stats.cachedTokens(), "tokens from a prefix cache that is off");
      return responses;
    }
  }

  private static Pipeline open(int batchSize, int blockTokens, boolean prefixCaching) {
    EngineOptions options =
        new EngineOptions(
            OptionalInt.of(1024), batchSize, 0.5, blockTokens, prefixCaching, 2048, 0, 1, 1);
    return Pipeline.open(LoadOptions.of("tiny-internvl2", options));
  }
}

package org.lmdeploy.core.kv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class PrefixCacheTest {
  private final KvBlocks kv = KvBlocks.of(4, 2);

  private static IntFunction<BlockContent> tokens(int... ids) {
    return block -> new BlockContent(new int[] {ids[2 * block], ids[2 * block + 1]}, List.of());
  }

  private BlockTable open(int shareable, int length, int... ids) {
    BlockTable table = new BlockTable(kv, 6);
    assertTrue(table.open(tokens(ids), shareable, length, 0));
    return table;
  }

  @Test
  void aKnownBeginningIsShared() {
    BlockTable first = open(1, 4, 1, 2, 3, 4);
    first.share(2, tokens(1, 2, 3, 4));
    BlockTable second = open(2, 4, 1, 2, 3, 9);
    assertEquals(2, second.knownTokens());
    assertEquals(first.toArray()[0], second.toArray()[0]);
    assertNotEquals(first.toArray()[1], second.toArray()[1]);
    first.release();
    assertEquals(1, kv.pool().cached());
    kv.checkIntegrity();
  }

  @Test
  void theSameTokensElsewhereAreNotTheSame() {
    BlockTable first = open(0, 4, 1, 2, 1, 2);
    first.share(2, tokens(1, 2, 1, 2));
    assertEquals(0, open(1, 2, 2, 1).knownTokens());
    assertNotEquals(first.toArray()[0], first.toArray()[1]);
  }

  @Test
  void equalHashesAreNotEnough() {
    BlockContent a = new BlockContent(new int[] {0, 31}, List.of());
    BlockContent b = new BlockContent(new int[] {1, 0}, List.of());
    assertEquals(a.hashCode(), b.hashCode());
    assertFalse(a.equals(b));
  }

  @Test
  void rowsOfImagesAreToldByKeyAndOffset() {
    int[] rows = {BlockContent.imageRow(0), BlockContent.imageRow(1)};
    BlockContent a = new BlockContent(rows, List.of("a"));
    assertFalse(a.equals(new BlockContent(rows, List.of("b"))));
    assertFalse(a.equals(new BlockContent(new int[] {rows[1], rows[0]}, List.of("a"))));
    assertEquals(a, new BlockContent(rows.clone(), List.of("a")));
  }

  @Test
  void whoComputedTheSameMovesToTheKnownBlock() {
    BlockTable first = open(0, 2, 1, 2);
    BlockTable second = open(0, 2, 1, 2);
    first.share(1, tokens(1, 2));
    second.share(1, tokens(1, 2));
    assertArrayEquals(first.toArray(), second.toArray());
    assertEquals(3, kv.pool().free());
    first.release();
    assertEquals(1, kv.pool().used());
  }

  @Test
  void tailsAreEvictedBeforeHeads() {
    BlockTable old = open(0, 6, 1, 2, 3, 4, 5, 6);
    int[] blocks = old.toArray();
    old.share(3, tokens(1, 2, 3, 4, 5, 6));
    old.release();
    BlockTable other = open(0, 4, 7, 8, 9, 9);
    assertEquals(blocks[2], other.toArray()[1]);
    assertEquals(4, open(3, 4, 1, 2, 3, 4, 5, 6).knownTokens());
    kv.checkIntegrity();
  }

  @Test
  void whatAStepLooksAtDoesNotChange() {
    BlockTable first = open(0, 4, 1, 2, 3, 4);
    BlockTable second = open(0, 3, 1, 2, 3);
    int[] before = second.view();
    int[] blocks = second.toArray();
    first.share(1, tokens(1, 2));
    second.share(1, tokens(1, 2));
    assertEquals(first.toArray()[0], second.view()[0]);
    second.grow(4);
    second.release();
    second.grow(2);
    assertArrayEquals(blocks, Arrays.copyOf(before, 2));
    assertTrue(before.length <= 3, "no longer than the sequence may ever need");
  }

  @Test
  void nothingIsTakenIfThereIsNotEnough() {
    BlockTable first = open(0, 6, 1, 2, 3, 4, 5, 6);
    first.share(1, tokens(1, 2));
    BlockTable second = new BlockTable(kv, 6);
    assertFalse(second.open(tokens(1, 2, 7, 8, 9, 9), 1, 6, 0));
    assertFalse(second.open(tokens(1, 2, 7, 8), 1, 4, 1));
    assertEquals(3, kv.pool().used());
    assertTrue(second.open(tokens(1, 2, 7, 8), 1, 4, 0));
    kv.checkIntegrity();
  }
}

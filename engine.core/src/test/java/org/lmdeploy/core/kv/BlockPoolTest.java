package org.lmdeploy.core.kv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class BlockPoolTest {
  @Test
  void everyBlockIsInOneState() {
    BlockPool pool = new BlockPool(3);
    int a = pool.allocate();
    int b = pool.allocate();
    pool.keep(b);
    pool.retain(b);
    pool.release(a);
    pool.release(b);
    assertCounts(pool, 2, 1, 0);
    pool.release(b);
    assertCounts(pool, 2, 0, 1);
    pool.retain(b);
    assertCounts(pool, 2, 1, 0);
  }

  private static void assertCounts(BlockPool pool, int free, int used, int cached) {
    assertEquals(free, pool.free());
    assertEquals(used, pool.used());
    assertEquals(cached, pool.cached());
    pool.checkIntegrity();
  }

  @Test
  void usedBlocksAreGivenBeforeUntouchedOnes() {
    BlockPool pool = new BlockPool(4);
    pool.allocate();
    int second = pool.allocate();
    pool.release(second);
    assertEquals(second, pool.allocate());
    assertEquals(2, pool.allocate());
  }

  @Test
  void theLeastRecentlyUsedCachedBlockGoesFirst() {
    BlockPool pool = new BlockPool(3);
    for (int block = 0; block < 3; block++) {
      assertEquals(block, pool.allocate());
      pool.keep(block);
    }
    pool.release(1);
    pool.release(0);
    pool.release(2);
    pool.retain(1);
    pool.release(1);
    assertEquals(0, pool.allocate());
    assertEquals(2, pool.allocate());
    assertEquals(1, pool.allocate());
    assertThrows(IllegalStateException.class, pool::allocate);
  }

  @Test
  void mistakesAreNoticed() {
    BlockPool pool = new BlockPool(1);
    assertThrows(IllegalStateException.class, () -> pool.retain(0));
    assertThrows(IllegalStateException.class, () -> pool.release(0));
  }
}

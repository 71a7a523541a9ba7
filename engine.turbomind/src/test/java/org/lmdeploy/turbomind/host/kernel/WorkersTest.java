package org.lmdeploy.turbomind.host.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {

  @Test
  void runsEveryTaskOnce() throws InterruptedException {
    try (Workers workers = new Workers(4)) {
      for (int round = 0; round < 2000; round++) {
        int tasks = round % 37;
        AtomicIntegerArray count = new AtomicIntegerArray(tasks);
        workers.parallelFor(tasks, (i, worker) -> count.incrementAndGet(i));
        for (int i = 0; i < tasks; i++) {
          assertEquals(1, count.get(i));
        }
        if (round % 500 == 0) {
          Thread.sleep(5);
        }
      }
    }
  }

  @Test
  void failuresReachTheCallerAndLeaveTheGangUsable() {
    try (Workers workers = new Workers(3)) {
      for (int bad = 0; bad < 8; bad++) {
        int at = bad;
        assertThrows(
            ArithmeticException.class,
            () ->
                workers.parallelFor(
                    8,
                    (i, worker) -> {
                      if (i == at) {
                        throw new ArithmeticException();
                      }
                    }));
      }
      workers.parallelFor(8, (i, worker) -> {});
    }
  }

  @Test
  void refusesNestingAndUseAfterClose() {
    Workers workers = new Workers(2);
    assertThrows(
        IllegalStateException.class,
        () -> workers.parallelFor(4, (i, worker) -> workers.parallelFor(1, (j, inner) -> {})));
    workers.close();
    assertThrows(IllegalStateException.class, () -> workers.parallelFor(1, (i, worker) -> {}));
  }
}

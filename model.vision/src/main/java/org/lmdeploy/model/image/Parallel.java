package org.lmdeploy.model.image;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * How independent pieces of one image are run: here and now, or on the cores of a pool that the
 * caller owns.
 */
@FunctionalInterface
public interface Parallel {

  /** One after the other in the calling thread. */
  Parallel SEQUENTIAL =
      (tasks, body) -> {
        for (int i = 0; i < tasks; i++) {
          body.accept(i);
        }
      };

  /** On the common fork-join pool, the calling thread included. */
  Parallel COMMON_POOL = (tasks, body) -> IntStream.range(0, tasks).parallel().forEach(body);

  /**
   * Calls {@code body} once with every number below {@code tasks}, in any order, and returns when
   * all are done.
   */
  void forEach(int tasks, IntConsumer body);
}

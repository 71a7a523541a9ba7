package org.lmdeploy.core.batch;

import java.util.List;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.StepRunner;
import org.lmdeploy.core.image.ImageStore;
import org.lmdeploy.core.kv.KvBlocks;

/**
 * What a running model holds.
 *
 * @param device where everything is; closed last
 * @param runner runs the decoder's steps; closed first, so that nothing is freed that a step uses
 * @param cache the decoder's keys and values
 * @param kv who holds the blocks of the cache
 * @param images embeddings of images
 */
public record Resources(
    Device device, StepRunner runner, KvCache cache, KvBlocks kv, ImageStore images)
    implements AutoCloseable {
  /**
   * Frees everything, even if some of it fails.
   *
   * @throws RuntimeException the first failure, the others suppressed in it
   */
  @Override
  public void close() {
    RuntimeException failure = null;
    for (Runnable part :
        List.<Runnable>of(runner::close, images::close, cache::close, device::close)) {
      try {
        part.run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

package org.lmdeploy.core;

import org.lmdeploy.api.engine.EngineModel;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.VisionModel;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.core.batch.BatchedModel;
import org.lmdeploy.core.batch.Resources;
import org.lmdeploy.core.image.ImageStore;
import org.lmdeploy.core.kv.KvBlocks;

/**
 * Runs models by continuous batching (Yu et al., Orca) over a paged KV cache (Kwon et al., vLLM) on
 * any device. What the engines of this platform have in common; an {@link
 * org.lmdeploy.api.engine.Engine} adds its name and which devices it takes.
 */
public final class ContinuousBatchEngine {
  private static final VisionModel BLIND =
      (images, ops) -> {
        throw new UnsupportedFeatureException("images", "this model takes no images");
      };

  /** An engine; it has no state. */
  public ContinuousBatchEngine() {}

  /**
   * The memory that a model would take.
   *
   * @throws org.lmdeploy.api.error.DeviceFailureException if the device has too little
   */
  public MemoryPlan plan(EngineRequest request) {
    return MemoryPlanner.plan(request);
  }

  /**
   * Loads the weights and starts the engine thread. If that fails nothing is kept but the device,
   * which stays the caller's until a model was opened.
   *
   * @param plan a plan of this request
   * @throws org.lmdeploy.api.error.LmDeployException if the model cannot be opened
   */
  public EngineModel open(EngineRequest request, MemoryPlan plan) {
    BuiltModel built = request.blueprint().build(request.weights().get(), request.device());
    KvCache cache =
        request
            .device()
            .kvCache(request.blueprint().kvLayout(), plan.kvBlockTokens(), plan.kvBlocks());
    try {
      return start(request, plan, built, cache);
    } catch (RuntimeException | Error e) {
      cache.close();
      throw e;
    }
  }

  private static EngineModel start(
      EngineRequest request, MemoryPlan plan, BuiltModel built, KvCache cache) {
    ImageStore images =
        new ImageStore(
            built.vision().orElse(BLIND), request.device(), MemoryPlanner.imageBudget(plan));
    KvBlocks blocks = KvBlocks.of(plan.kvBlocks(), plan.kvBlockTokens());
    return new BatchedModel(
            request,
            plan,
            MemoryPlanner.sessionLen(request, plan.kvBlocks()),
            new Resources(request.device(), built.language(), cache, blocks, images),
            built.vision().isPresent())
        .start();
  }
}

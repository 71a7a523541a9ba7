package org.lmdeploy.core;

import java.util.function.Supplier;
import org.lmdeploy.api.engine.EngineModel;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.VisionModel;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.StepRunner;
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
    Device device = request.device();
    BuiltModel built = request.blueprint().build(request.weights().get(), device);
    device.reserveActivations(MemoryPlanner.arena(plan));
    KvCache cache =
        device.kvCache(request.blueprint().kvLayout(), plan.kvBlockTokens(), plan.kvBlocks());
    return orClose(cache::close, () -> start(request, plan, built, cache));
  }

  private static EngineModel start(
      EngineRequest request, MemoryPlan plan, BuiltModel built, KvCache cache) {
    EngineOptions options = request.options();
    int sessionLen = MemoryPlanner.sessionLen(request, plan.kvBlocks());
    StepRunner.Limits limits =
        new StepRunner.Limits(
            options.maxBatchSize(), BatchedModel.largestStep(options), sessionLen);
    StepRunner runner = request.device().stepRunner(built.language()::forward, cache, limits);
    return orClose(
        runner::close,
        () -> {
          ImageStore images =
              new ImageStore(
                  built.vision().orElse(BLIND), request.device(), MemoryPlanner.imageBudget(plan));
          KvBlocks blocks = KvBlocks.of(plan.kvBlocks(), plan.kvBlockTokens());
          Resources resources = new Resources(request.device(), runner, cache, blocks, images);
          boolean sees = built.vision().isPresent();
          return new BatchedModel(request, plan, sessionLen, resources, sees).start();
        });
  }

  /** Closes something that was opened for a model if the model cannot be opened. */
  private static EngineModel orClose(Runnable close, Supplier<EngineModel> model) {
    try {
      return model.get();
    } catch (RuntimeException | Error e) {
      try {
        close.run();
      } catch (RuntimeException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }
}

package org.lmdeploy.core;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.core.batch.BatchedModel;

/** Computes how much memory a model takes and how many KV blocks fit beside it. */
final class MemoryPlanner {
  private final EngineRequest request;
  private final EngineOptions options;
  private final ModelBlueprint blueprint;
  private final Device device;
  private final DeviceInfo info;
  private final List<String> lines = new ArrayList<>();

  private MemoryPlanner(EngineRequest request) {
    this.request = request;
    this.options = request.options();
    this.blueprint = request.blueprint();
    this.device = request.device();
    this.info = device.info();
  }

  /**
   * The plan of a model.
   *
   * @throws InvalidRequestException if the device has no blocks of the size that is asked for
   * @throws DeviceFailureException if the device has too little memory for a short session
   */
  static MemoryPlan plan(EngineRequest request) {
    return new MemoryPlanner(request).plan();
  }

  /** Most tokens of a sequence: the option, the model's own limit, or what the KV blocks hold. */
  static int sessionLen(EngineRequest request, int kvBlocks) {
    long fits = (long) kvBlocks * request.options().cacheBlockSeqLen();
    return (int) Math.min(wantedSessionLen(request), fits);
  }

  /** Bytes of image embeddings that are kept: part of what the plan reserves for vision. */
  static long imageBudget(MemoryPlan plan) {
    return plan.vision() / 3;
  }

  /**
   * Bytes of activations that a device may take before it has a KV cache. The image embeddings that
   * are kept are allocated one by one, beside them.
   */
  static long arena(MemoryPlan plan) {
    return plan.activations() + plan.vision() - imageBudget(plan);
  }

  private static int wantedSessionLen(EngineRequest request) {
    int most = request.blueprint().maxPositions();
    return Math.min(request.options().sessionLen().orElse(most), most);
  }

  private MemoryPlan plan() {
    long weights = weights();
    long activations = activations();
    long vision = vision();
    int blockTokens = blockTokens();
    long blockBytes =
        blueprint.kvLayout().elementsPerToken() * blockTokens * device.kvType().bytes();
    KvBudget.Reserved reserved = new KvBudget.Reserved(weights, activations, vision);
    int blocks = new KvBudget(request, reserved, blockBytes, lines).blocks();
    sessionLine(blocks);
    return new MemoryPlan(weights, activations, vision, blockBytes, blocks, blockTokens, lines);
  }

  private int blockTokens() {
    int tokens = options.cacheBlockSeqLen();
    int multiple = device.kvBlockMultiple();
    if (tokens % multiple != 0) {
      throw new InvalidRequestException(
          "cache_block_seq_len",
          "cache_block_seq_len is %s; %s needs a multiple of %s"
              .formatted(tokens, info.id(), multiple));
    }
    return tokens;
  }

  private long weights() {
    long prepared = device.weightBytes(request.checkpointBytes());
    if (!info.sharesHostMemory()) {
      lines.add("weights: " + Bytes.text(prepared) + " on " + info.id());
      return prepared;
    }
    String beside = ", %s prepared beside it".formatted(Bytes.text(prepared));
    lines.add(
        "weights: %s mapped from the checkpoint%s"
            .formatted(Bytes.text(request.checkpointBytes()), prepared == 0 ? "" : beside));
    return request.checkpointBytes() + prepared;
  }

  private long activations() {
    int tokens = largestStep();
    long bytes = activationBytes(blueprint.activationElements(tokens)) + logitBytes(tokens);
    lines.add(
        "activations: %s for a step of up to %s tokens (max_prefill_token_num %s, max_batch_size %s)"
            .formatted(
                Bytes.text(bytes), tokens, options.maxPrefillTokenNum(), options.maxBatchSize()));
    return bytes;
  }

  /**
   * Logits are float32 whatever the type of activations is, and there may be more rows than a model
   * counts on. Memory of the host's size needs no such care; a reserve that is too small is fatal.
   */
  private long logitBytes(int tokens) {
    long rows = Math.min(tokens, options.maxBatchSize());
    return info.sharesHostMemory() ? 0 : rows * blueprint.vocabSize() * DType.F32.bytes();
  }

  private int largestStep() {
    long all = (long) options.maxBatchSize() * wantedSessionLen(request);
    return (int) Math.min(all, BatchedModel.largestStep(options));
  }

  private long vision() {
    int images = options.visionMaxBatchSize();
    long bytes = activationBytes(blueprint.visionActivationElements(images));
    if (bytes == 0) {
      return 0;
    }
    lines.add(
        ("vision: %s for a batch of up to %s images of the largest size (vision_max_batch_size),"
                + " %s to keep embeddings of images")
            .formatted(Bytes.text(bytes), images, Bytes.text(bytes / 2)));
    return bytes + bytes / 2;
  }

  private long activationBytes(long elements) {
    return Math.multiplyExact(elements, (long) device.ops().activationType().bytes());
  }

  private void sessionLine(int blocks) {
    int wanted = wantedSessionLen(request);
    int session = sessionLen(request, blocks);
    if (session < 2) {
      throw new DeviceFailureException(
          ("a KV cache of %s blocks of %s tokens holds no session of 2 tokens;"
                  + " raise cache_max_entry_count, cache_block_seq_len or session_len")
              .formatted(blocks, options.cacheBlockSeqLen()));
    }
    if (session < wanted) {
      lines.add(
          ("session_len: %s instead of %s, as the KV cache holds no more;"
                  + " raise cache_max_entry_count for longer sessions")
              .formatted(session, wanted));
      return;
    }
    boolean own = options.sessionLen().orElse(Integer.MAX_VALUE) >= blueprint.maxPositions();
    lines.add("session_len: " + session + (own ? ", the most the model was made for" : ""));
  }
}

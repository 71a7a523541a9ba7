package org.lmdeploy.core.batch;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.StepRunner;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.core.fake.FakeBlueprint;
import org.lmdeploy.core.fake.FakeDevice;
import org.lmdeploy.core.fake.FakeModel;
import org.lmdeploy.core.fake.FakeTokenizer;
import org.lmdeploy.core.fake.Reference;
import org.lmdeploy.core.image.ImageStore;
import org.lmdeploy.core.kv.KvBlocks;

/** A model on the fake device whose turns a test makes itself, and its reference. */
final class Rig {
  static final int VOCAB = 40;
  static final int END = 1;

  final FakeDevice device;
  final FakeTokenizer tokenizer = FakeTokenizer.letters(VOCAB);
  final FakeModel fake;
  final Resources resources;
  final BatchedModel model;
  final Reference reference;
  private final Map<TokenStream, Integer> arrivals = new LinkedHashMap<>();

  /**
   * A model.
   *
   * @param imageBudget bytes of embeddings to be kept
   */
  Rig(EngineOptions options, int blocks, int sessionLen, int reuseLimit, long imageBudget) {
    this(options, blocks, sessionLen, reuseLimit, imageBudget, 0);
  }

  /**
   * The same on a device that works beside the processor.
   *
   * @param ahead how many steps may be unfinished when another is started
   */
  Rig(
      EngineOptions options,
      int blocks,
      int sessionLen,
      int reuseLimit,
      long imageBudget,
      int ahead) {
    device = new FakeDevice(true, 1 << 30, ahead);
    fake = new FakeModel(VOCAB, reuseLimit);
    FakeBlueprint blueprint = new FakeBlueprint(fake, VOCAB, sessionLen, reuseLimit, 1);
    EngineRequest request =
        new EngineRequest("rig", blueprint, () -> null, 0, device, tokenizer, Set.of(END), options);
    int blockTokens = options.cacheBlockSeqLen();
    KvCache cache = device.kvCache(blueprint.kvLayout(), blockTokens, blocks);
    StepRunner.Limits limits =
        new StepRunner.Limits(
            options.maxBatchSize(), BatchedModel.largestStep(options), sessionLen);
    resources =
        new Resources(
            device,
            device.stepRunner(fake::forward, cache, limits),
            cache,
            KvBlocks.of(blocks, blockTokens),
            new ImageStore(fake, device, imageBudget));
    MemoryPlan plan = new MemoryPlan(0, 0, 0, 1, blocks, blockTokens, List.of());
    model = new BatchedModel(request, plan, sessionLen, resources, true);
    reference = new Reference(fake, VOCAB, sessionLen, tokenizer, Set.of(END));
  }

  /** Options with a block size, a batch size and a step size. */
  static EngineOptions options(int blockTokens, int batch, int step) {
    return new EngineOptions(OptionalInt.empty(), batch, 0.5, blockTokens, true, step, 0, 1, 1);
  }

  /** An image whose pixels are a number; in rows of the grid where the tokens allow for some. */
  static ProcessedImage image(int seed, int tokens) {
    MemorySegment pixels = MemorySegment.ofArray(new int[] {seed});
    return new ProcessedImage(
        new HostTensor(DType.I32, Shape.of(1), pixels),
        tokens,
        "image " + seed,
        IntStream.of(3, 2)
            .filter(rows -> tokens % rows == 0)
            .mapToObj(rows -> new ProcessedImage.Grid(rows, tokens / rows))
            .findFirst());
  }

  TokenStream submit(GenerationRequest request) {
    TokenStream stream = (TokenStream) model.submit(request);
    arrivals.put(stream, arrivals.size());
    return stream;
  }

  boolean idle() {
    return model.engine().scheduler().isIdle()
        && model.stats().waiting() == 0
        && device.runner().unfinished() == 0;
  }

  /** Makes a turn and checks everything that holds between two turns. */
  void turn() {
    model.engine().turn();
    check();
  }

  /** Makes turns until there is nothing to do. */
  void finish() {
    while (!idle()) {
      turn();
    }
  }

  void check() {
    resources.kv().checkIntegrity();
    Scheduler scheduler = model.engine().scheduler();
    Set<Integer> used = new HashSet<>();
    int last = -1;
    for (Sequence sequence : scheduler.all()) {
      int arrival = arrivals.get(sequence.stream());
      require(arrival > last, "first come, first served");
      last = arrival;
      for (int block : sequence.table().toArray()) {
        used.add(block);
      }
    }
    require(used.size() == resources.kv().pool().used(), "used blocks are those of the tables");
    require(model.stats().kvBlocksUsed() == used.size(), "the published count is true");
    require(model.stats().running() == scheduler.running(), "running");
    require(model.stats().waiting() == scheduler.waiting(), "waiting");
  }

  static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  /**
   * Ends the engine as its thread would, had it been told before its next turn: a thread started
   * here might finish requests first.
   */
  void close() {
    model.close();
    model.engine().run();
    require(device.allClosed(), "everything is closed");
  }
}

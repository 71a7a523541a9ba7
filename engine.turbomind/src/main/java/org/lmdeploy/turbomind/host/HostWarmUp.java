package org.lmdeploy.turbomind.host;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.Rotation;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.turbomind.host.kernel.Workers;

/**
 * Has the kernels compiled while a model is opened, by running the operators of a small decoder and
 * vision layer of bf16 weights over and over. Uncompiled vector code is about a thousand times
 * slower than compiled, so that without this the first request of a process would wait for the
 * compiler.
 */
final class HostWarmUp {
  private static final int ROUNDS = 40;
  private static final System.Logger LOG = System.getLogger("org.lmdeploy.turbomind");
  private static final int HIDDEN = 256;

  /** Tiles of four, two and one row: a request's other batches need no further kernels. */
  private static final int PROMPT = 7;

  /** Not a multiple of any vector's length, as patches of images are not. */
  private static final int PATCH = 3 * 14 * 14;

  private static final int BLOCK = 16;
  private static final AttentionShape ATTENTION = AttentionShape.of(4, 2, 64);
  private static final AttentionShape VISION = AttentionShape.of(4, 4, 64);
  private static final RotarySpec ROTARY =
      new RotarySpec.Fixed(RotarySpec.Pairing.HALVES, new double[32], 1);
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  private final HostOps ops;
  private final Tensor norm;
  private final LinearWeight qkv;
  private final LinearWeight gateUp;
  private final LinearWeight down;
  private final LinearWeight visionQkv;
  private final LinearWeight patches;

  private HostWarmUp(HostOps ops, PersistentMemory memory, Arena arena) {
    this.ops = ops;
    norm = memory.floats(zeros(arena, 1, HIDDEN).reshape(HIDDEN));
    qkv = linear(memory, arena, ATTENTION.fusedColumns(), HIDDEN);
    gateUp = linear(memory, arena, 2 * HIDDEN, HIDDEN);
    down = linear(memory, arena, HIDDEN, HIDDEN);
    visionQkv = linear(memory, arena, VISION.fusedColumns(), HIDDEN);
    patches = biased(memory, arena, HIDDEN, PATCH);
  }

  /** Starts in the background, once in a process. */
  static void start() {
    if (STARTED.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("lmdeploy-host-warm-up").start(HostWarmUp::runWhileLoaded);
    }
  }

  /** A process may end before all is warm: then classes are missing, and nobody needs them. */
  private static void runWhileLoaded() {
    try {
      run();
    } catch (NoClassDefFoundError e) {
      LOG.log(Level.DEBUG, "the bundle was stopped while its kernels were warmed up", e);
    }
  }

  /** Runs all kernels of a model until they are compiled. */
  static void run() {
    try (Workers workers = new Workers(1);
        ActivationArena activations = new ActivationArena();
        PersistentMemory memory = new PersistentMemory();
        Arena arena = Arena.ofConfined();
        HostKvCache cache = new HostKvCache(new KvLayout(1, 2, 64), BLOCK, 4)) {
      HostOps ops = new HostOps(workers, activations);
      HostWarmUp model = new HostWarmUp(ops, memory, arena);
      for (int round = 0; round < ROUNDS; round++) {
        try (Frame _ = ops.frame()) {
          model.seeImage();
          model.step(step(PROMPT, PROMPT), cache);
          model.step(step(1, PROMPT + 1), cache);
        }
      }
    }
  }

  private void step(StepBatch step, HostKvCache cache) {
    Tensor residual = zero(step.tokens().length, HIDDEN);
    Tensor table = ops.rotaryTable(ROTARY, step);
    Tensor heads = ops.linear(ops.rmsNorm(residual, norm, 1e-6f), qkv, Activation.NONE);
    Rotation rotation = new Rotation(table, ROTARY.pairing());
    Tensor attended = ops.pagedAttention(heads, rotation, ATTENTION, cache, 0, step);
    ops.linearAdd(residual, attended, down, null);
    Tensor gated = ops.gatedLinear(residual, gateUp, Activation.SILU);
    ops.linearAdd(residual, gated, down, null);
  }

  private void seeImage() {
    Tensor residual = ops.linear(zero(PROMPT, PATCH), patches, Activation.NONE);
    Tensor normed = ops.layerNorm(residual, norm, norm, 1e-6f);
    Tensor heads = ops.linear(normed, visionQkv, Activation.NONE);
    Tensor attended = ops.denseAttention(heads, VISION, new int[] {PROMPT});
    ops.linearAdd(residual, attended, down, norm);
    ops.activation(residual, Activation.GELU);
  }

  private Tensor zero(int rows, int columns) {
    HostBuffer buffer = ops.empty(rows, columns);
    buffer.data().fill((byte) 0);
    return buffer;
  }

  private static StepBatch step(int tokens, int context) {
    int[] positions = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      positions[i] = context - tokens + i;
    }
    StepBatch.Sequence sequence =
        new StepBatch.Sequence(tokens, context, context, new int[] {0, 1, 2, 3});
    return new StepBatch(
        new int[tokens], positions, List.of(sequence), List.of(), new int[] {tokens - 1});
  }

  private static LinearWeight linear(PersistentMemory memory, Arena arena, int out, int in) {
    DenseRows rows = new DenseRows(zeros(arena, out, in));
    return HostLinears.prepare(new LinearSpec(List.of(rows), List.of()), memory);
  }

  private static LinearWeight biased(PersistentMemory memory, Arena arena, int out, int in) {
    DenseRows rows = new DenseRows(zeros(arena, out, in));
    HostTensor bias = zeros(arena, 1, out).reshape(out);
    return HostLinears.prepare(new LinearSpec(List.of(rows), List.of(bias)), memory);
  }

  private static HostTensor zeros(Arena arena, int rows, int columns) {
    return new HostTensor(
        DType.BF16, Shape.of(rows, columns), arena.allocate(2L * rows * columns, 64));
  }
}

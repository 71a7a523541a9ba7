package org.lmdeploy.turbomind.cuda;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.ops.StepRunner;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.turbomind.cuda.driver.CudaEvent;
import org.lmdeploy.turbomind.cuda.driver.CudaGraph;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.Gpu;

/**
 * Runs steps on a CUDA device. A step in which every sequence decodes is the replay of a graph that
 * was recorded for its batch size (or the next larger one, whose further rows are empty); other
 * steps are queued kernel by kernel. Nothing waits for the device but {@link Drawing#await}.
 */
final class CudaStepRunner implements StepRunner {
  private static final System.Logger LOG = System.getLogger("org.lmdeploy.turbomind");

  /** Steps that may be unfinished when another is started. */
  private static final int AHEAD = 1;

  /**
   * Most words of penalties, biases, bans and permitted ids that a recorded step takes: enough for
   * 256 rows with a set of permitted ids of a vocabulary of 256k.
   */
  private static final long GRAPH_POOL_WORDS = 1L << 21;

  /** Tokens of the sequences with which kernels are chosen. */
  private static final int EXAMPLE_CONTEXT = 512;

  private static final int TIMED_REPLAYS = 5;

  /** Larger batches are not recorded. */
  private static final int LARGEST_GRAPH = 1024;

  private final Gpu gpu;
  private final Forward forward;
  private final KvCache cache;
  private final CudaOps ops;
  private final ActivationArena arena;
  private final CudaStream stream;
  private final StepState decodeState;
  private final StepState mixedState;
  private final SamplingParameters decodeSampling;
  private final TreeMap<Integer, CudaGraph> graphs = new TreeMap<>();
  private final ReplayTimes times;
  private final int largestGraph;

  CudaStepRunner(
      Forward forward,
      KvCache cache,
      Limits limits,
      Gpu gpu,
      CudaOps ops,
      ActivationArena arena,
      CudaStream stream,
      LinearChoices choices,
      ChoiceFile choiceFile,
      String layers) {
    this.gpu = gpu;
    this.forward = forward;
    this.cache = cache;
    this.ops = ops;
    this.arena = arena;
    this.stream = stream;
    times = new ReplayTimes(gpu);
    largestGraph = Math.min(limits.sequences(), LARGEST_GRAPH);
    int blocks = Math.ceilDiv(limits.context(), cache.blockTokens()) + 1;
    ops.sampler().reserve(limits.sequences());
    decodeState = new StepState(gpu, CudaSampler.SLOTS);
    mixedState = new StepState(gpu, CudaSampler.SLOTS);
    decodeSampling =
        new SamplingParameters(
            gpu, stream, new SamplingImage(largestGraph, GRAPH_POOL_WORDS), CudaSampler.SLOTS);
    try {
      decodeState.reserve(new StepImage(largestGraph, largestGraph, blocks));
      mixedState.reserve(
          new StepImage(Math.max(limits.tokens(), limits.sequences()), limits.sequences(), blocks));
      decodeSampling.set(
          Collections.nCopies(largestGraph, SamplingRow.greedy(-1)), new int[0], 0, stream);
      int context = Math.min(limits.context(), EXAMPLE_CONTEXT);
      new StepTuner(choices, choiceFile, layers, size -> seconds(example(size, context)))
          .tune(largestGraph);
      for (int size : graphSizes(largestGraph)) {
        graphs.put(size, record(example(size, 1)));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Batch sizes that are recorded: close together where a further row costs most. */
  static List<Integer> graphSizes(int largest) {
    List<Integer> sizes = new ArrayList<>(List.of(1, 2, 4));
    for (int size = 8; size <= 64; size += 8) {
      sizes.add(size);
    }
    for (int size = 80; size <= 256; size += 16) {
      sizes.add(size);
    }
    for (int size = 320; size <= LARGEST_GRAPH; size += 64) {
      sizes.add(size);
    }
    sizes.removeIf(size -> size > largest);
    if (!sizes.contains(largest)) {
      sizes.add(largest);
    }
    return sizes;
  }

  /**
   * A step of sequences of so many tokens whose keys and values are whatever the cache holds, which
   * nobody uses yet.
   */
  private StepBatch example(int size, int context) {
    int[] rows = new int[size];
    int[] positions = new int[size];
    List<StepBatch.Sequence> sequences = new ArrayList<>();
    int blocks = Math.ceilDiv(context, cache.blockTokens());
    for (int i = 0; i < size; i++) {
      rows[i] = i;
      positions[i] = context - 1;
      int[] table = new int[blocks];
      for (int b = 0; b < blocks; b++) {
        table[b] = (i * blocks + b) % cache.blocks();
      }
      sequences.add(new StepBatch.Sequence(1, context, context, table));
    }
    return new StepBatch(new int[size], positions, sequences, List.of(), rows);
  }

  private CudaGraph record(StepBatch step) {
    decodeState.set(step, step.sequences().size(), stream);
    ops.use(decodeState);
    // Once for real: kernels are loaded and whatever the step reads finds its place.
    run(step);
    stream.synchronize();
    return stream.capture(() -> run(step));
  }

  /** How long a step takes on the device, recorded with the present choice of kernels. */
  private double seconds(StepBatch step) {
    try (CudaGraph graph = record(step);
        CudaEvent start = CudaEvent.timed(gpu);
        CudaEvent end = CudaEvent.timed(gpu)) {
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < TIMED_REPLAYS; i++) {
        start.record(stream);
        graph.launch(stream);
        end.record(stream);
        end.synchronize();
        least = Math.min(least, end.millisSince(start) / 1e3);
      }
      return least;
    }
  }

  private void run(StepBatch step) {
    try (Frame _ = ops.frame()) {
      CudaTensor logits = logits(step);
      ops.sampler().queue(logits, decodeSampling, decodeState.tokens(), arena);
    }
  }

  private CudaTensor logits(StepBatch step) {
    CudaTensor logits = (CudaTensor) forward.forward(step, cache, ops);
    if (logits.dtype() != DType.F32) {
      throw new IllegalStateException("a model gives logits by Ops.logits");
    }
    return logits;
  }

  @Override
  public int ahead() {
    return AHEAD;
  }

  @Override
  public Drawing start(StepBatch step, List<SamplingRow> rows) {
    Map.Entry<Integer, CudaGraph> graph = graphs.ceilingEntry(step.sequences().size());
    return graph != null && decodesAll(step, rows)
        ? replay(step, rows, graph.getKey(), graph.getValue())
        : queue(step, rows);
  }

  private boolean decodesAll(StepBatch step, List<SamplingRow> rows) {
    int size = step.sequences().size();
    return step.tokens().length == size
        && rows.size() == size
        && step.embeddings().isEmpty()
        && decodeSampling.fits(rows)
        && decodeState.fits(step);
  }

  private Drawing replay(StepBatch step, List<SamplingRow> rows, int size, CudaGraph graph) {
    decodeState.set(step, size, stream);
    decodeSampling.set(rows, step.logitRows(), CudaSampler.topStride(rows), stream);
    times.measure(size, stream, () -> graph.launch(stream));
    return ops.sampler().fetch(rows);
  }

  private Drawing queue(StepBatch step, List<SamplingRow> rows) {
    mixedState.set(step, step.sequences().size(), stream);
    ops.use(mixedState);
    try (Frame _ = ops.frame()) {
      CudaTensor logits = logits(step);
      return rows.isEmpty()
          ? ops.sampler().fetch(rows)
          : ops.draw(logits, rows, step.logitRows(), mixedState.tokens());
    }
  }

  @Override
  public void close() {
    try {
      times.close();
      stream.synchronize();
    } catch (DeviceFailureException e) {
      // Whoever waited for a step was told; what was taken is given back all the same.
      LOG.log(Level.WARNING, "closing after a failure of the device: " + e.getMessage());
    }
    graphs.values().forEach(CudaGraph::close);
    graphs.clear();
    decodeState.close();
    mixedState.close();
    decodeSampling.close();
  }
}

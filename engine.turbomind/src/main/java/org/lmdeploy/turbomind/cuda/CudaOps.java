package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.Rotation;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.ops.StepRunner;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;
import org.lmdeploy.turbomind.cuda.driver.PinnedMemory;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;

/** The operators of a CUDA device. Nothing is computed when they return, it is queued. */
final class CudaOps implements Ops, AutoCloseable {
  private final Gpu gpu;
  private final CudaStream stream;
  private final DType type;
  private final KernelLibrary kernels;
  private final ActivationArena arena;
  private final WeightLoader weights;
  private final Operands operands;
  private final CudaRows rows;
  private final CudaNorms norms;
  private final CudaLinearOps linears;
  private final CudaImageOps images;
  private final CudaAttention attention;
  private final CudaRotary rotary;
  private final CudaSampler sampler;
  private final StepState ownState;
  private StepState state;

  CudaOps(
      Gpu gpu,
      CudaStream stream,
      DType type,
      KernelLibrary kernels,
      ActivationArena arena,
      WeightLoader weights,
      LinearKernels linears,
      LinearChoices choices) {
    this.gpu = gpu;
    this.stream = stream;
    this.type = type;
    this.kernels = kernels;
    this.arena = arena;
    this.weights = weights;
    this.rotary = new CudaRotary(stream, kernels, weights);
    this.attention = new CudaAttention(gpu, stream, kernels, rotary);
    this.sampler = new CudaSampler(gpu, stream, kernels);
    this.operands = new Operands(gpu, type, arena, weights);
    this.rows = new CudaRows(stream, kernels, weights, operands, sampler.drawn());
    this.norms = new CudaNorms(gpu, stream, kernels, operands);
    this.linears = new CudaLinearOps(stream, kernels, weights, linears, choices, operands);
    this.images = new CudaImageOps(stream, kernels, operands);
    this.ownState = new StepState(gpu, 2);
    this.state = ownState;
  }

  /** From now on the present step's numbers are those of {@code present}. */
  void use(StepState present) {
    state = present;
  }

  CudaSampler sampler() {
    return sampler;
  }

  private StepState state(StepBatch step) {
    if (state.step() != step) {
      state = ownState;
      if (ownState.step() != step) {
        ownState.set(step, step.sequences().size(), stream);
      }
    }
    return state;
  }

  @Override
  public DType activationType() {
    return type;
  }

  @Override
  public Frame frame() {
    return arena.frame();
  }

  @Override
  public CudaTensor empty(long... shape) {
    return operands.empty(shape);
  }

  @Override
  public Tensor upload(HostTensor values) {
    CudaTensor copy = operands.allocate(type, values.shape());
    weights.convert(values, copy);
    return copy;
  }

  @Override
  public float[] download(Tensor values) {
    CudaTensor from = (CudaTensor) values;
    int elements = Math.toIntExact(from.shape().elements());
    float[] result = new float[elements];
    if (elements == 0) {
      return result;
    }
    try (DeviceMemory floats = new DeviceMemory(gpu, 4L * elements);
        PinnedMemory host = new PinnedMemory(gpu, 4L * elements)) {
      rows.convert(from, new CudaTensor(DType.F32, from.shape(), floats.address()));
      stream.download(host, 0, floats.address(), 4L * elements);
      stream.synchronize();
      MemorySegment.copy(host.segment(), ValueLayout.JAVA_FLOAT, 0, result, 0, elements);
    }
    return result;
  }

  @Override
  public Tensor embedding(Tensor table, int[] ids) {
    return rows.embedding(table, ids);
  }

  @Override
  public void copyRows(Tensor target, long targetRow, Tensor source, long sourceRow, long count) {
    rows.copyRows(target, targetRow, source, sourceRow, count);
  }

  @Override
  public Tensor gatherRows(Tensor x, int[] indices) {
    return rows.gatherRows(x, indices);
  }

  @Override
  public void addRows(Tensor x, Tensor y) {
    rows.addRows(x, y);
  }

  @Override
  public Tensor rmsNorm(Tensor x, Tensor weight, float epsilon) {
    return norms.rmsNorm(x, weight, epsilon);
  }

  @Override
  public Tensor addRmsNorm(Tensor residual, Tensor x, Tensor weight, float epsilon) {
    return norms.addRmsNorm(residual, x, weight, epsilon);
  }

  @Override
  public void rmsNormColumns(Tensor x, long fromColumn, int groups, Tensor weight, float epsilon) {
    norms.rmsNormColumns(x, fromColumn, groups, weight, epsilon);
  }

  @Override
  public Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, float epsilon) {
    return norms.layerNorm(x, weight, bias, epsilon);
  }

  @Override
  public Tensor linear(Tensor x, LinearWeight weight, Activation function) {
    return linears.linear(x, weight, function);
  }

  @Override
  public Tensor logits(Tensor x, LinearWeight head) {
    return linears.logits(x, head);
  }

  @Override
  public void linearAdd(Tensor residual, Tensor x, LinearWeight weight, Tensor scale) {
    linears.linearAdd(residual, x, weight, scale);
  }

  @Override
  public Tensor gatedLinear(Tensor x, LinearWeight gateUp, Activation function) {
    return linears.gatedLinear(x, gateUp, function);
  }

  @Override
  public Tensor patchify(Tensor pixels, int patch) {
    return images.patchify(pixels, patch);
  }

  @Override
  public Tensor pixelShuffle(Tensor x, int height, int width, int factor, int version) {
    return images.pixelShuffle(x, height, width, factor, version);
  }

  @Override
  public Tensor embedding(Tensor table, StepBatch step) {
    CudaTensor embedded =
        rows.embedding((CudaTensor) table, state(step).tokens(), step.tokens().length);
    for (StepBatch.Embeddings image : step.embeddings()) {
      copyRows(embedded, image.row(), image.source(), image.sourceRow(), image.count());
    }
    return embedded;
  }

  @Override
  public Tensor logitRows(Tensor x, StepBatch step) {
    if (step.logitRows().length == step.tokens().length) {
      return x; // ascending and as many as there are: all, in order
    }
    return rows.gather(operands.activation(x), state(step).logitRows(), step.logitRows().length);
  }

  @Override
  public void activation(Tensor x, Activation function) {
    CudaTensor values = operands.activation(x);
    if (function == Activation.NONE || values.bytes() == 0) {
      return;
    }
    stream
        .arguments()
        .pointer(values.address())
        .int32(values.rowCount())
        .int32(values.columns())
        .int32(function.ordinal());
    stream.launch(
        kernels.typed("elementwise", "activation"), operands.spread(values.shape().elements()));
  }

  @Override
  public Tensor rotaryTable(RotarySpec spec, StepBatch step) {
    weights.finish();
    int tokens = step.tokens().length;
    CudaTensor table = operands.allocate(DType.F32, Shape.of(tokens, spec.rotaryDim()));
    rotary.table(spec, state(step), table);
    return table;
  }

  @Override
  public void scaleQueries(Tensor qkv, int columns, int trainedLength, StepBatch step) {
    CudaTensor queries = operands.activation(qkv);
    Operands.require(
        columns <= queries.columns()
            && step.tokens().length == queries.rowCount()
            && trainedLength >= 2,
        "queries of a step, and a trained length of at least 2",
        queries);
    if (queries.rowCount() > 0) {
      stream
          .arguments()
          .pointer(queries.address())
          .pointer(state(step).positions())
          .int32(queries.rowCount())
          .int32(queries.columns())
          .int32(columns)
          .int32(trainedLength);
      stream.launch(
          kernels.typed("elementwise", "scale_queries"),
          LaunchShape.of(queries.rowCount(), Operands.THREADS));
    }
  }

  @Override
  public Tensor rotaryTable(RotarySpec spec, int[][] axes) {
    Operands.require(
        spec.switchLength() == Integer.MAX_VALUE
            && axes.length >= spec.axisCount()
            && Arrays.stream(axes).allMatch(axis -> axis.length == axes[0].length),
        "a rule that does not look at the length, and positions of all rows on each of its axes");
    weights.finish();
    int count = axes[0].length;
    CudaTensor table = operands.allocate(DType.F32, Shape.of(count, spec.rotaryDim()));
    if (count > 0) {
      try (Frame _ = frame()) {
        long positions =
            rows.uploadInts(Arrays.stream(axes).flatMapToInt(Arrays::stream).toArray());
        rotary.table(spec, positions, count, table);
      }
    }
    return table;
  }

  @Override
  public void rotate(Tensor qkv, Rotation rotation, AttentionShape shape) {
    CudaTensor fused = fused(qkv, shape);
    CudaTensor angles = (CudaTensor) rotation.angles();
    Operands.require(
        angles.dtype() == DType.F32
            && angles.rowCount() == fused.rowCount()
            && angles.columns() <= shape.headDim(),
        "a rotary table of these rows",
        angles,
        fused);
    if (fused.rowCount() > 0) {
      boolean interleaved = rotation.pairing() == RotarySpec.Pairing.INTERLEAVED;
      rotary.rotate(fused, angles, interleaved, shape);
    }
  }

  @Override
  public Tensor pagedAttention(
      Tensor qkv,
      Rotation rotation,
      AttentionShape shape,
      KvCache cache,
      int layer,
      StepBatch step) {
    CudaTensor angles = (CudaTensor) rotation.angles();
    Operands.require(angles.dtype() == DType.F32, "a rotary table", angles);
    CudaTensor out = operands.empty(qkv.shape().rows(), (long) shape.heads() * shape.headDim());
    attention.paged(
        new PagedCall(
            fused(qkv, shape),
            angles,
            rotation.pairing(),
            shape,
            (CudaKvCache) cache,
            layer,
            state(step),
            out));
    return out;
  }

  @Override
  public Tensor denseAttention(Tensor qkv, AttentionShape shape, int[] lengths) {
    CudaTensor out = operands.empty(qkv.shape().rows(), (long) shape.heads() * shape.headDim());
    attention.dense(fused(qkv, shape), shape, lengths, out);
    return out;
  }

  private CudaTensor fused(Tensor qkv, AttentionShape shape) {
    CudaTensor fused = operands.activation(qkv);
    Operands.require(
        fused.columns() == shape.fusedColumns(),
        "fused rows of " + shape.fusedColumns() + " columns",
        fused);
    return fused;
  }

  @Override
  public List<SampledToken> sample(Tensor logits, List<SamplingRow> draws) {
    CudaTensor values = (CudaTensor) logits;
    Operands.require(values.rowCount() == draws.size(), draws.size() + " rows of logits", values);
    try (Frame _ = frame()) {
      // Penalties change the logits, which stay the caller's.
      CudaTensor copy = operands.allocate(DType.F32, values.shape());
      rows.convert(values, copy);
      return draw(copy, draws, new int[0], 0).await();
    }
  }

  /**
   * Queues the drawing of tokens and the copy of them.
   *
   * @param logits float32; changed
   * @param tokenRows for each row, the row of its own input token in the step; empty for none
   * @param tokens address of the step's input ids
   */
  StepRunner.Drawing draw(
      CudaTensor logits, List<SamplingRow> draws, int[] tokenRows, long tokens) {
    sampler.reserve(draws.size());
    SamplingParameters parameters = sampler.parametersFor(draws);
    parameters.set(draws, tokenRows, CudaSampler.topStride(draws), stream);
    sampler.queue(logits, parameters, tokens, arena);
    return sampler.fetch(draws);
  }

  @Override
  public void close() {
    attention.close();
    sampler.close();
    ownState.close();
  }
}

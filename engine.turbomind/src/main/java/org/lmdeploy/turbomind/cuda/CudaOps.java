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

/** The operators of a CUDA device: checks shapes, takes memory for results, queues kernels. */
final class CudaOps implements Ops, AutoCloseable {
  private static final int THREADS = 256;
  private static final int MOST_THREADS = 1024;
  private static final int VECTOR = 8;

  private final Gpu gpu;
  private final CudaStream stream;
  private final DType type;
  private final KernelLibrary kernels;
  private final ActivationArena arena;
  private final WeightLoader weights;
  private final LinearKernels linears;
  private final LinearChoices choices;
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
    this.linears = linears;
    this.choices = choices;
    this.rotary = new CudaRotary(stream, kernels, weights);
    this.attention = new CudaAttention(gpu, stream, kernels, rotary);
    this.sampler = new CudaSampler(gpu, stream, kernels);
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
    return allocate(type, Shape.of(shape));
  }

  private CudaTensor allocate(DType dtype, Shape shape) {
    return new CudaTensor(dtype, shape, arena.take(shape.elements() * dtype.bytes()));
  }

  @Override
  public Tensor upload(HostTensor values) {
    CudaTensor copy = allocate(type, values.shape());
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
      convert(from, new CudaTensor(DType.F32, from.shape(), floats.address()));
      stream.download(host, 0, floats.address(), 4L * elements);
      stream.synchronize();
      MemorySegment.copy(host.segment(), ValueLayout.JAVA_FLOAT, 0, result, 0, elements);
    }
    return result;
  }

  private void convert(CudaTensor from, CudaTensor to) {
    stream
        .arguments()
        .pointer(from.address())
        .pointer(to.address())
        .int32(1)
        .int32(from.shape().elements())
        .int32(WeightLoader.code(from.dtype()))
        .int32(WeightLoader.code(to.dtype()));
    stream.launch(kernels.plain("rows", "convert"), spread(from.shape().elements()));
  }

  /** Blocks for one thread to every eight elements, as many as keep the chip busy at most. */
  private LaunchShape spread(long elements) {
    long blocks = Math.ceilDiv(elements, (long) THREADS * VECTOR);
    return LaunchShape.of(
        (int) Math.max(1, Math.min(blocks, gpu.multiprocessors() * 16L)), THREADS);
  }

  @Override
  public Tensor embedding(Tensor table, int[] ids) {
    CudaTensor rows = (CudaTensor) table;
    checkIds(ids, rows.rowCount());
    return embedding(rows, uploadInts(ids), ids.length);
  }

  private static void checkIds(int[] ids, int vocabulary) {
    for (int id : ids) {
      if (id >= vocabulary) {
        throw new IllegalArgumentException(
            "token " + id + " is not in a vocabulary of " + vocabulary);
      }
    }
  }

  private CudaTensor embedding(CudaTensor table, long ids, int count) {
    weights.finish();
    CudaTensor out = empty(count, table.columns());
    try (Frame _ = frame()) {
      look(table, ids, count, out);
    }
    return out;
  }

  private void look(CudaTensor rows, long ids, int count, CudaTensor out) {
    // A table of one row is loaded as a vector.
    CudaTensor table = rows.dtype() == type ? rows : inType(rows);
    if (count > 0) {
      stream
          .arguments()
          .pointer(table.address())
          .pointer(ids)
          .pointer(sampler.drawn())
          .pointer(out.address())
          .int32(count)
          .int32(table.columns())
          .int32(table.rowCount());
      stream.launch(kernels.plain("rows", "embedding"), LaunchShape.of(count, THREADS));
    }
  }

  private CudaTensor inType(CudaTensor values) {
    CudaTensor copy = empty(values.shape().toArray());
    convert(values, copy);
    return copy;
  }

  @Override
  public Tensor embedding(Tensor table, StepBatch step) {
    CudaTensor rows = (CudaTensor) table;
    CudaTensor embedded = embedding(rows, state(step).tokens(), step.tokens().length);
    for (StepBatch.Embeddings image : step.embeddings()) {
      copyRows(embedded, image.row(), image.source(), image.sourceRow(), image.count());
    }
    return embedded;
  }

  /** Numbers in activation memory; waits for nothing, since the copy is queued. */
  private long uploadInts(int[] values) {
    if (stream.capturing()) {
      throw new IllegalStateException("numbers that the host gives cannot be part of a graph");
    }
    long address = arena.take(4L * Math.max(1, values.length));
    if (values.length > 0) {
      weights.bring(MemorySegment.ofArray(values), address);
    }
    return address;
  }

  @Override
  public void copyRows(Tensor target, long targetRow, Tensor source, long sourceRow, long count) {
    CudaTensor to = activation(target.rows(targetRow, count));
    CudaTensor from = activation(source.rows(sourceRow, count));
    require(to.columns() == from.columns(), "rows of the same length", to, from);
    if (from.bytes() > 0) {
      stream.arguments().pointer(from.address()).pointer(to.address()).int32(1).int32(from.bytes());
      stream.launch(kernels.plain("rows", "copy_rows"), spread(from.shape().elements()));
    }
  }

  @Override
  public Tensor gatherRows(Tensor x, int[] rows) {
    CudaTensor from = activation(x);
    for (int row : rows) {
      if (row < 0 || row >= from.rowCount()) {
        throw new IndexOutOfBoundsException("row " + row + " of " + from.rowCount());
      }
    }
    return gather(from, uploadInts(rows), rows.length);
  }

  private CudaTensor gather(CudaTensor from, long indices, int count) {
    CudaTensor out = empty(count, from.columns());
    if (count > 0) {
      stream
          .arguments()
          .pointer(from.address())
          .pointer(indices)
          .pointer(out.address())
          .int32(count)
          .int32(2L * from.columns());
      stream.launch(kernels.plain("rows", "gather_rows"), LaunchShape.of(count, THREADS));
    }
    return out;
  }

  @Override
  public Tensor logitRows(Tensor x, StepBatch step) {
    if (step.logitRows().length == step.tokens().length) {
      return x; // ascending and as many as there are: all, in order
    }
    return gather(activation(x), state(step).logitRows(), step.logitRows().length);
  }

  @Override
  public void addRows(Tensor x, Tensor y) {
    CudaTensor to = activation(x);
    CudaTensor added = (CudaTensor) y;
    require(to.columns() == added.columns(), "rows of the same length", to, added);
    require(added.dtype() == type || added.dtype() == DType.F32, "an addend", added);
    weights.finish();
    if (to.bytes() > 0) {
      stream
          .arguments()
          .pointer(to.address())
          .pointer(added.address())
          .int32(to.rowCount())
          .int32(to.columns())
          .int32(added.rowCount())
          .int32(added.dtype() == DType.F32 ? 1 : 0);
      stream.launch(kernels.typed("rows", "add_rows"), spread(to.shape().elements()));
    }
  }

  @Override
  public void activation(Tensor x, Activation function) {
    CudaTensor values = activation(x);
    if (function == Activation.NONE || values.bytes() == 0) {
      return;
    }
    stream
        .arguments()
        .pointer(values.address())
        .int32(values.rowCount())
        .int32(values.columns())
        .int32(function.ordinal());
    stream.launch(kernels.typed("elementwise", "activation"), spread(values.shape().elements()));
  }

  @Override
  public Tensor rmsNorm(Tensor x, Tensor weight, float epsilon) {
    CudaTensor in = activation(x);
    CudaTensor factor = vector(weight, in.columns());
    CudaTensor out = empty(x.shape().toArray());
    if (in.bytes() > 0) {
      stream
          .arguments()
          .pointer(in.address())
          .pointer(factor.address())
          .pointer(out.address())
          .int32(in.rowCount())
          .int32(in.columns())
          .float32(epsilon);
      stream.launch(kernels.typed("norm", "rms_norm"), rowShape(in));
    }
    return out;
  }

  @Override
  public Tensor addRmsNorm(Tensor residual, Tensor x, Tensor weight, float epsilon) {
    CudaTensor sum = activation(residual);
    CudaTensor added = activation(x);
    require(added.shape().equals(sum.shape()), "two of the same shape", sum, added);
    CudaTensor factor = vector(weight, sum.columns());
    CudaTensor out = empty(sum.shape().toArray());
    if (sum.bytes() > 0) {
      stream
          .arguments()
          .pointer(sum.address())
          .pointer(added.address())
          .pointer(factor.address())
          .pointer(out.address())
          .int32(sum.rowCount())
          .int32(sum.columns())
          .float32(epsilon);
      stream.launch(kernels.typed("norm", "add_rms_norm"), rowShape(sum));
    }
    return out;
  }

  @Override
  public void rmsNormColumns(Tensor x, long fromColumn, int groups, Tensor weight, float epsilon) {
    CudaTensor in = activation(x);
    int width = Math.toIntExact(weight.shape().elements());
    require(
        fromColumn >= 0 && fromColumn + (long) groups * width <= in.columns(),
        groups + " groups of " + width + " columns from column " + fromColumn + " on",
        in);
    CudaTensor factor = vector(weight, width);
    int pieces = Math.multiplyExact(in.rowCount(), groups);
    if (pieces > 0) {
      stream
          .arguments()
          .pointer(in.address())
          .pointer(factor.address())
          .int32(in.rowCount())
          .int32(in.columns())
          .int32(fromColumn)
          .int32(groups)
          .int32(width)
          .float32(epsilon);
      int blocks =
          width <= 512 ? Math.min(Math.ceilDiv(pieces, VECTOR), 6 * gpu.multiprocessors()) : pieces;
      stream.launch(kernels.typed("norm", "rms_norm_columns"), LaunchShape.of(blocks, THREADS));
    }
  }

  @Override
  public Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, float epsilon) {
    CudaTensor in = activation(x);
    CudaTensor factor = vector(weight, in.columns());
    CudaTensor shift = vector(bias, in.columns());
    CudaTensor out = empty(x.shape().toArray());
    if (in.bytes() > 0) {
      stream
          .arguments()
          .pointer(in.address())
          .pointer(factor.address())
          .pointer(shift.address())
          .pointer(out.address())
          .int32(in.rowCount())
          .int32(in.columns())
          .float32(epsilon);
      stream.launch(kernels.typed("norm", "layer_norm"), rowShape(in));
    }
    return out;
  }

  /** A block for each row, up to as many as keep the chip busy. */
  private LaunchShape rowShape(CudaTensor x) {
    int threads = Math.min(MOST_THREADS, Math.ceilDiv(x.columns(), 32 * VECTOR) * 32);
    int most = gpu.multiprocessors() * Math.max(1, MOST_THREADS / threads);
    return LaunchShape.of(Math.min(x.rowCount(), most), threads);
  }

  @Override
  public CudaTensor linear(Tensor x, LinearWeight weight, Activation function) {
    CudaLinear layer = plain(weight);
    CudaTensor in = activation(x);
    CudaTensor out = empty(in.rowCount(), layer.outFeatures());
    multiply(in, layer, out, 0, 0, function);
    return out;
  }

  @Override
  public Tensor logits(Tensor x, LinearWeight head) {
    CudaLinear layer = plain(head);
    CudaTensor in = activation(x);
    CudaTensor out = allocate(DType.F32, Shape.of(in.rowCount(), layer.outFeatures()));
    multiply(in, layer, out, 0, 0, Activation.NONE);
    return out;
  }

  private static CudaLinear plain(LinearWeight weight) {
    CudaLinear layer = (CudaLinear) weight;
    if (layer.gated()) {
      throw new IllegalArgumentException("a gated layer is for gatedLinear only");
    }
    return layer;
  }

  @Override
  public void linearAdd(Tensor residual, Tensor x, LinearWeight weight, Tensor scale) {
    CudaLinear layer = plain(weight);
    CudaTensor sum = activation(residual);
    CudaTensor in = activation(x);
    require(
        sum.rowCount() == in.rowCount() && sum.columns() == layer.outFeatures(),
        "a sum of [" + in.rowCount() + ", " + layer.outFeatures() + "]",
        sum);
    long factor = scale == null ? 0 : vector(scale, sum.columns()).address();
    multiply(in, layer, sum, sum.address(), factor, Activation.NONE);
  }

  @Override
  public Tensor gatedLinear(Tensor x, LinearWeight gateUp, Activation function) {
    CudaLinear layer = (CudaLinear) gateUp;
    if (layer.outFeatures() % 2 != 0) {
      throw new IllegalArgumentException(
          "an odd number of rows of gate and up: " + layer.outFeatures());
    }
    CudaTensor in = activation(x);
    long width = layer.outFeatures() / 2;
    CudaTensor out = empty(in.rowCount(), width);
    if (layer.gated()) {
      multiply(in, layer, out, 0, 0, function);
      return out;
    }
    try (Frame _ = frame()) {
      CudaTensor both = linear(x, layer, Activation.NONE);
      if (out.bytes() > 0) {
        stream
            .arguments()
            .pointer(both.address())
            .pointer(out.address())
            .int32(out.rowCount())
            .int32(width)
            .int32(function.ordinal());
        stream.launch(kernels.typed("elementwise", "gated"), spread(out.shape().elements()));
      }
    }
    return out;
  }

  private void multiply(
      CudaTensor x,
      CudaLinear layer,
      CudaTensor out,
      long residual,
      long scale,
      Activation function) {
    require(x.columns() == layer.inFeatures(), "a layer of " + layer.inFeatures() + " inputs", x);
    if (out.bytes() == 0) {
      return;
    }
    weights.finish();
    try (Frame _ = frame()) {
      CudaTensor aligned = aligned(x);
      LinearCall call =
          new LinearCall(
              aligned.address(),
              x.rowCount(),
              aligned.columns(),
              layer,
              out.address(),
              out.columns(),
              residual,
              scale,
              function,
              out.dtype() == DType.F32);
      linears.launch(call, choices.of(layer, x.rowCount()));
    }
  }

  /** The same rows, each at a multiple of 16 bytes. */
  private CudaTensor aligned(CudaTensor x) {
    if (x.columns() % VECTOR == 0 && x.address() % 16 == 0) {
      return x;
    }
    int columns = Math.ceilDiv(x.columns(), VECTOR) * VECTOR;
    CudaTensor padded = empty(x.rowCount(), columns);
    stream
        .arguments()
        .pointer(x.address())
        .pointer(padded.address())
        .int32(x.rowCount())
        .int32(x.columns())
        .int32(columns);
    stream.launch(kernels.plain("rows", "pad_columns"), spread(padded.shape().elements()));
    return padded;
  }

  @Override
  public Tensor rotaryTable(RotarySpec spec, StepBatch step) {
    weights.finish();
    int tokens = step.tokens().length;
    CudaTensor table = allocate(DType.F32, Shape.of(tokens, spec.rotaryDim()));
    rotary.table(spec, state(step), table);
    return table;
  }

  @Override
  public void scaleQueries(Tensor qkv, int columns, int trainedLength, StepBatch step) {
    CudaTensor rows = activation(qkv);
    require(
        columns <= rows.columns() && step.tokens().length == rows.rowCount() && trainedLength >= 2,
        "queries of a step, and a trained length of at least 2",
        rows);
    if (rows.rowCount() > 0) {
      stream
          .arguments()
          .pointer(rows.address())
          .pointer(state(step).positions())
          .int32(rows.rowCount())
          .int32(rows.columns())
          .int32(columns)
          .int32(trainedLength);
      stream.launch(
          kernels.typed("elementwise", "scale_queries"), LaunchShape.of(rows.rowCount(), THREADS));
    }
  }

  @Override
  public Tensor rotaryTable(RotarySpec spec, int[][] axes) {
    require(
        spec.switchLength() == Integer.MAX_VALUE
            && axes.length >= spec.axisCount()
            && Arrays.stream(axes).allMatch(axis -> axis.length == axes[0].length),
        "a rule that does not look at the length, and positions of all rows on each of its axes");
    weights.finish();
    int rows = axes[0].length;
    CudaTensor table = allocate(DType.F32, Shape.of(rows, spec.rotaryDim()));
    if (rows > 0) {
      try (Frame _ = frame()) {
        long positions = uploadInts(Arrays.stream(axes).flatMapToInt(Arrays::stream).toArray());
        rotary.table(spec, positions, rows, table);
      }
    }
    return table;
  }

  @Override
  public void rotate(Tensor qkv, Rotation rotation, AttentionShape shape) {
    CudaTensor fused = fused(qkv, shape);
    CudaTensor angles = (CudaTensor) rotation.angles();
    require(
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
    require(angles.dtype() == DType.F32, "a rotary table", angles);
    CudaTensor out = empty(qkv.shape().rows(), (long) shape.heads() * shape.headDim());
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
    CudaTensor out = empty(qkv.shape().rows(), (long) shape.heads() * shape.headDim());
    attention.dense(fused(qkv, shape), shape, lengths, out);
    return out;
  }

  private CudaTensor fused(Tensor qkv, AttentionShape shape) {
    CudaTensor fused = activation(qkv);
    require(
        fused.columns() == shape.fusedColumns(),
        "fused rows of " + shape.fusedColumns() + " columns",
        fused);
    return fused;
  }

  @Override
  public Tensor patchify(Tensor images, int patch) {
    CudaTensor in = activation(images);
    require(in.shape().rank() == 4, "images [n, channels, height, width]", in);
    int count = Math.toIntExact(in.shape().dim(0));
    int channels = Math.toIntExact(in.shape().dim(1));
    int height = Math.toIntExact(in.shape().dim(2));
    int width = Math.toIntExact(in.shape().dim(3));
    require(
        patch > 0 && height % patch == 0 && width % patch == 0,
        "images in patches of " + patch,
        in);
    long rows = (long) count * (height / patch) * (width / patch);
    CudaTensor out = empty(rows, (long) channels * patch * patch);
    if (out.bytes() > 0) {
      stream
          .arguments()
          .pointer(in.address())
          .pointer(out.address())
          .int32(count)
          .int32(channels)
          .int32(height)
          .int32(width)
          .int32(patch);
      stream.launch(
          kernels.plain("image", "patchify"),
          LaunchShape.of(count * channels * (height / patch), THREADS));
    }
    return out;
  }

  @Override
  public Tensor pixelShuffle(Tensor x, int height, int width, int factor, int version) {
    CudaTensor in = activation(x);
    require(
        factor > 0
            && height % factor == 0
            && width % factor == 0
            && in.rowCount() % (height * width) == 0
            && (version == 1 || version == 2),
        "grids of %s x %s to shuffle by %s, version %s".formatted(height, width, factor, version),
        in);
    int images = in.rowCount() / (height * width);
    CudaTensor out =
        empty(
            (long) images * (height / factor) * (width / factor),
            (long) in.columns() * factor * factor);
    if (out.bytes() > 0) {
      stream
          .arguments()
          .pointer(in.address())
          .pointer(out.address())
          .int32(images)
          .int32(height)
          .int32(width)
          .int32(in.columns())
          .int32(factor)
          .int32(version);
      stream.launch(
          kernels.plain("image", "pixel_shuffle"),
          LaunchShape.of(Math.ceilDiv(in.rowCount(), VECTOR), THREADS));
    }
    return out;
  }

  @Override
  public List<SampledToken> sample(Tensor logits, List<SamplingRow> rows) {
    CudaTensor values = (CudaTensor) logits;
    require(values.rowCount() == rows.size(), rows.size() + " rows of logits", values);
    try (Frame _ = frame()) {
      // Penalties change the logits, which stay the caller's.
      CudaTensor copy = allocate(DType.F32, values.shape());
      convert(values, copy);
      return draw(copy, rows, new int[0], 0).await();
    }
  }

  /**
   * Queues the drawing of tokens and the copy of them.
   *
   * @param logits float32; changed
   * @param tokenRows for each row, the row of its own input token in the step; empty for none
   * @param tokens address of the step's input ids
   */
  StepRunner.Drawing draw(CudaTensor logits, List<SamplingRow> rows, int[] tokenRows, long tokens) {
    sampler.reserve(rows.size());
    SamplingParameters parameters = sampler.parametersFor(rows);
    parameters.set(rows, tokenRows, CudaSampler.topStride(rows), stream);
    sampler.queue(logits, parameters, tokens, arena);
    return sampler.fetch(rows);
  }

  private CudaTensor activation(Tensor tensor) {
    CudaTensor values = (CudaTensor) tensor;
    require(values.dtype() == type, "an activation", values);
    return values;
  }

  private CudaTensor vector(Tensor values, int length) {
    CudaTensor vector = (CudaTensor) values;
    require(
        vector.dtype() == DType.F32 && vector.shape().elements() == length,
        "a vector of " + length,
        vector);
    weights.finish();
    return vector;
  }

  /**
   * @throws IllegalArgumentException naming what is needed and the tensors that do not fit
   */
  private static void require(boolean holds, String needed, CudaTensor... tensors) {
    if (!holds) {
      throw new IllegalArgumentException(
          "not "
              + needed
              + ": "
              + Arrays.stream(tensors).map(t -> t.dtype() + t.shape().toString()).toList());
    }
  }

  @Override
  public void close() {
    attention.close();
    sampler.close();
    ownState.close();
  }
}

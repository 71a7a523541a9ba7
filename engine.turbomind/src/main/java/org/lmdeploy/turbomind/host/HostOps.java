package org.lmdeploy.turbomind.host;

import java.lang.foreign.MemorySegment;
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
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.turbomind.host.kernel.Elementwise;
import org.lmdeploy.turbomind.host.kernel.FloatRows;
import org.lmdeploy.turbomind.host.kernel.Gather;
import org.lmdeploy.turbomind.host.kernel.MatMul;
import org.lmdeploy.turbomind.host.kernel.Norms;
import org.lmdeploy.turbomind.host.kernel.Workers;
import org.lmdeploy.turbomind.host.kernel.Workspace;

/** The operators of the host device: checks shapes, takes memory for results, calls the kernels. */
final class HostOps implements Ops {
  private final Workers workers;
  private final ActivationArena arena;
  private final MatMul matMul;
  private final HostAttention attention;
  private final HostRotary rotary;
  private final HostSampling sampling;

  HostOps(Workers workers, ActivationArena arena) {
    Workspace workspace = new Workspace(workers);
    this.workers = workers;
    this.arena = arena;
    this.matMul = new MatMul(workspace);
    this.attention = new HostAttention(workspace);
    this.rotary = new HostRotary(workers);
    this.sampling = new HostSampling(workers);
  }

  @Override
  public DType activationType() {
    return DType.F32;
  }

  @Override
  public Frame frame() {
    return arena.frame();
  }

  @Override
  public HostBuffer empty(long... shape) {
    return arena.allocate(DType.F32, Shape.of(shape));
  }

  @Override
  public Tensor upload(HostTensor values) {
    HostBuffer copy = arena.allocate(DType.F32, values.shape());
    widen(values.dtype(), values.data(), copy);
    return copy;
  }

  @Override
  public float[] download(Tensor values) {
    return Buffers.activation(values).data().toArray(Buffers.FLOAT);
  }

  @Override
  public Tensor embedding(Tensor table, int[] ids) {
    HostBuffer rows = (HostBuffer) table;
    for (int id : ids) {
      if (id < 0 || id >= rows.rowCount()) {
        throw new IllegalArgumentException(
            "token " + id + " is not in a vocabulary of " + rows.rowCount());
      }
    }
    HostBuffer out = empty(ids.length, rows.columns());
    Gather.embedding(
        workers,
        WeightFormats.of(rows.dtype()),
        rows.data(),
        0,
        rows.columns(),
        ids,
        Buffers.rows(out));
    return out;
  }

  @Override
  public void copyRows(Tensor target, long targetRow, Tensor source, long sourceRow, long count) {
    HostBuffer to = Buffers.activation(target.rows(targetRow, count));
    HostBuffer from = Buffers.activation(source.rows(sourceRow, count));
    Buffers.require(to.columns() == from.columns(), "rows of different length", to, from);
    MemorySegment.copy(from.data(), 0, to.data(), 0, to.data().byteSize());
  }

  @Override
  public Tensor gatherRows(Tensor x, int[] rows) {
    HostBuffer from = Buffers.activation(x);
    HostBuffer out = empty(rows.length, from.columns());
    for (int i = 0; i < rows.length; i++) {
      copyRows(out, i, from, rows[i], 1);
    }
    return out;
  }

  @Override
  public void addRows(Tensor x, Tensor y) {
    HostBuffer to = Buffers.activation(x);
    HostBuffer added = floats((HostBuffer) y);
    Buffers.require(to.columns() == added.columns(), "rows of different length", to, added);
    int period = added.rowCount();
    for (int from = 0; from < to.rowCount(); from += period) {
      int count = Math.min(period, to.rowCount() - from);
      FloatRows part = Buffers.rows((HostBuffer) to.rows(from, count));
      Elementwise.ADD.apply(workers, part, Buffers.rows(added), part, count, to.columns());
    }
  }

  @Override
  public void activation(Tensor x, Activation function) {
    HostBuffer values = Buffers.activation(x);
    Elementwise kernel = kernel(function);
    if (kernel != null) {
      FloatRows rows = Buffers.rows(values);
      kernel.apply(workers, rows, rows, values.rowCount(), values.columns());
    }
  }

  @Override
  public Tensor rmsNorm(Tensor x, Tensor weight, float epsilon) {
    HostBuffer in = Buffers.activation(x);
    HostBuffer out = empty(x.shape().toArray());
    FloatRows factor = vector(weight, in.columns());
    Norms.rms(
        workers, Buffers.rows(in), in.rowCount(), in.columns(), factor, epsilon, Buffers.rows(out));
    return out;
  }

  @Override
  public Tensor addRmsNorm(Tensor residual, Tensor x, Tensor weight, float epsilon) {
    HostBuffer sum = Buffers.activation(residual);
    HostBuffer added = Buffers.activation(x);
    Buffers.require(added.shape().equals(sum.shape()), "two of the same shape", sum, added);
    HostBuffer out = empty(sum.shape().toArray());
    Norms.addRms(
        workers,
        Buffers.rows(sum),
        Buffers.rows(added),
        sum.rowCount(),
        sum.columns(),
        vector(weight, sum.columns()),
        epsilon,
        Buffers.rows(out));
    return out;
  }

  @Override
  public void rmsNormColumns(Tensor x, long fromColumn, int groups, Tensor weight, float epsilon) {
    HostBuffer in = Buffers.activation(x);
    int width = Math.toIntExact(weight.shape().elements());
    Buffers.require(
        fromColumn >= 0 && fromColumn + (long) groups * width <= in.columns(),
        groups + " groups of " + width + " columns from column " + fromColumn + " on",
        in);
    FloatRows factor = vector(weight, width);
    for (int group = 0; group < groups; group++) {
      FloatRows part = Buffers.columns(in, fromColumn + (long) group * width);
      Norms.rms(workers, part, in.rowCount(), width, factor, epsilon, part);
    }
  }

  @Override
  public Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, float epsilon) {
    HostBuffer in = Buffers.activation(x);
    HostBuffer out = empty(x.shape().toArray());
    Norms.layer(
        workers,
        Buffers.rows(in),
        in.rowCount(),
        in.columns(),
        vector(weight, in.columns()),
        vector(bias, in.columns()),
        epsilon,
        Buffers.rows(out));
    return out;
  }

  @Override
  public HostBuffer linear(Tensor x, LinearWeight weight, Activation function) {
    HostBuffer in = Buffers.activation(x);
    HostLinear layer = (HostLinear) weight;
    Buffers.require(
        in.columns() == layer.inFeatures(), "a layer of " + layer.inFeatures() + " inputs", in);
    HostBuffer out = empty(in.rowCount(), layer.outFeatures());
    if (in.rowCount() > 0) {
      matMul.multiply(Buffers.rows(in), in.rowCount(), layer.parts(), Buffers.rows(out));
      activation(out, function);
    }
    return out;
  }

  @Override
  public void linearAdd(Tensor residual, Tensor x, LinearWeight weight, Tensor scale) {
    HostBuffer sum = Buffers.activation(residual);
    try (Frame _ = frame()) {
      HostBuffer product = linear(x, weight, Activation.NONE);
      Buffers.require(product.shape().elements() == sum.shape().elements(), "a sum", product, sum);
      FloatRows rows = Buffers.rows(sum);
      if (scale == null) {
        Elementwise.ADD.apply(
            workers, rows, Buffers.rows(product), rows, sum.rowCount(), sum.columns());
      } else {
        Elementwise.MULTIPLY_ADD.apply(
            workers,
            Buffers.rows(product),
            vector(scale, sum.columns()),
            rows,
            sum.rowCount(),
            sum.columns());
      }
    }
  }

  @Override
  public Tensor gatedLinear(Tensor x, LinearWeight gateUp, Activation function) {
    int width = Math.toIntExact(gateUp.outFeatures() / 2);
    Buffers.require(
        gateUp.outFeatures() % 2 == 0,
        "an even number of rows of gate and up: " + gateUp.outFeatures());
    HostBuffer out = empty(x.shape().rows(), width);
    try (Frame _ = frame()) {
      HostBuffer both = linear(x, gateUp, Activation.NONE);
      FloatRows gate = Buffers.rows(both);
      FloatRows up = Buffers.columns(both, width);
      int rows = both.rowCount();
      switch (function) {
        case SILU ->
            Elementwise.SILU_MULTIPLY.apply(workers, gate, up, Buffers.rows(out), rows, width);
        case GELU_TANH ->
            Elementwise.GELU_TANH_MULTIPLY.apply(workers, gate, up, Buffers.rows(out), rows, width);
        case NONE, GELU, QUICK_GELU, RELU -> {
          Elementwise kernel = kernel(function);
          if (kernel != null) {
            kernel.apply(workers, gate, gate, rows, width);
          }
          Elementwise.MULTIPLY.apply(workers, gate, up, Buffers.rows(out), rows, width);
        }
      }
    }
    return out;
  }

  @Override
  public Tensor rotaryTable(RotarySpec spec, StepBatch step) {
    HostBuffer table = empty(step.tokens().length, spec.rotaryDim());
    rotary.fill(spec, step, table);
    return table;
  }

  @Override
  public void scaleQueries(Tensor qkv, int columns, int trainedLength, StepBatch step) {
    HostBuffer rows = Buffers.activation(qkv);
    int[] positions = step.positions();
    Buffers.require(
        columns <= rows.columns() && positions.length == rows.rowCount() && trainedLength >= 2,
        "queries of a step, and a trained length of at least 2",
        rows);
    workers.parallelFor(
        positions.length,
        (row, worker) -> {
          int length = positions[row] + 1;
          if (length > trainedLength) {
            float factor = (float) (Math.log(length) / Math.log(trainedLength));
            long first = 4L * rows.columns() * row;
            for (long at = first; at < first + 4L * columns; at += 4) {
              rows.data().set(Buffers.FLOAT, at, rows.data().get(Buffers.FLOAT, at) * factor);
            }
          }
        });
  }

  @Override
  public Tensor rotaryTable(RotarySpec spec, int[][] axes) {
    Buffers.require(
        spec.switchLength() == Integer.MAX_VALUE
            && axes.length >= spec.axisCount()
            && Arrays.stream(axes).allMatch(axis -> axis.length == axes[0].length),
        "a rule that does not look at the length, and positions of all rows on each of its axes");
    HostBuffer table = empty(axes[0].length, spec.rotaryDim());
    rotary.fill(spec, axes, table);
    return table;
  }

  @Override
  public void rotate(Tensor qkv, Rotation rotation, AttentionShape shape) {
    rotary.rotate(
        fused(qkv, shape), Buffers.activation(rotation.angles()), rotation.pairing(), shape);
  }

  @Override
  public Tensor pagedAttention(
      Tensor qkv,
      Rotation rotation,
      AttentionShape shape,
      KvCache cache,
      int layer,
      StepBatch step) {
    HostBuffer fused = fused(qkv, shape);
    HostBuffer out = empty(qkv.shape().rows(), (long) shape.heads() * shape.headDim());
    rotary.rotate(fused, Buffers.activation(rotation.angles()), rotation.pairing(), shape);
    attention.store(fused, shape, (HostKvCache) cache, layer, step);
    attention.paged(fused, shape, (HostKvCache) cache, layer, step, out);
    return out;
  }

  @Override
  public Tensor denseAttention(Tensor qkv, AttentionShape shape, int[] lengths) {
    HostBuffer out = empty(qkv.shape().rows(), (long) shape.heads() * shape.headDim());
    attention.dense(fused(qkv, shape), shape, lengths, out);
    return out;
  }

  private static HostBuffer fused(Tensor qkv, AttentionShape shape) {
    HostBuffer fused = Buffers.activation(qkv);
    Buffers.require(
        fused.columns() == shape.fusedColumns(),
        "fused rows of " + shape.fusedColumns() + " columns",
        fused);
    return fused;
  }

  @Override
  public Tensor patchify(Tensor images, int patch) {
    HostBuffer in = Buffers.activation(images);
    return HostImages.patchify(workers, in, patch, this::empty);
  }

  @Override
  public Tensor pixelShuffle(Tensor x, int height, int width, int factor, int version) {
    HostBuffer in = Buffers.activation(x);
    return HostImages.pixelShuffle(in, height, width, factor, version, this::empty);
  }

  @Override
  public List<SampledToken> sample(Tensor logits, List<SamplingRow> rows) {
    return sampling.sample(Buffers.activation(logits), rows);
  }

  private FloatRows vector(Tensor values, int length) {
    HostBuffer vector = floats((HostBuffer) values);
    Buffers.require(vector.shape().elements() == length, "a vector of " + length, vector);
    return FloatRows.repeated(vector.data(), 0);
  }

  private HostBuffer floats(HostBuffer values) {
    if (values.dtype() == DType.F32) {
      return values;
    }
    HostBuffer copy = arena.allocate(DType.F32, values.shape());
    widen(values.dtype(), values.data(), copy);
    return copy;
  }

  private static void widen(DType dtype, MemorySegment data, HostBuffer into) {
    Gather.widen(
        WeightFormats.of(dtype), data, 0, Math.toIntExact(into.shape().elements()), into.data(), 0);
  }

  /** The kernel of a function, or null for the identity. */
  private static Elementwise kernel(Activation function) {
    return switch (function) {
      case NONE -> null;
      case SILU -> Elementwise.SILU;
      case GELU -> Elementwise.GELU;
      case GELU_TANH -> Elementwise.GELU_TANH;
      case QUICK_GELU -> Elementwise.QUICK_GELU;
      case RELU -> Elementwise.RELU;
    };
  }
}

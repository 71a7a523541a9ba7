package org.lmdeploy.testkit.reference;

import java.util.ArrayList;
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

/** All operators as plain loops over doubles. */
final class ReferenceOps implements Ops {
  private final ReferenceFrames frames;

  ReferenceOps(ReferenceFrames frames) {
    this.frames = frames;
  }

  @Override
  public DType activationType() {
    return DType.F32;
  }

  @Override
  public Frame frame() {
    return frames.frame();
  }

  @Override
  public ReferenceTensor empty(long... shape) {
    return frames.empty(Shape.of(shape));
  }

  @Override
  public ReferenceTensor upload(HostTensor values) {
    return frames.tensor(Doubles.of(values), values.shape());
  }

  @Override
  public float[] download(Tensor values) {
    ReferenceTensor tensor = own(values);
    float[] floats = new float[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) tensor.get(i);
    }
    return floats;
  }

  @Override
  public ReferenceTensor embedding(Tensor table, int[] ids) {
    return gatherRows(table, ids);
  }

  @Override
  public void copyRows(Tensor target, long targetRow, Tensor source, long sourceRow, long count) {
    Checks.columns(source, target.shape().columns());
    ReferenceTensor to = own(target).rows(targetRow, count);
    ReferenceTensor from = own(source).rows(sourceRow, count);
    for (long i = 0; i < to.shape().elements(); i++) {
      to.set(i, from.get(i));
    }
  }

  @Override
  public ReferenceTensor gatherRows(Tensor x, int[] rows) {
    ReferenceTensor result = empty(rows.length, x.shape().columns());
    for (int i = 0; i < rows.length; i++) {
      Checks.that(rows[i] >= 0 && rows[i] < x.shape().rows(), "there is no row " + rows[i]);
      copyRows(result, i, x, rows[i], 1);
    }
    return result;
  }

  @Override
  public void addRows(Tensor x, Tensor y) {
    Checks.columns(y, x.shape().columns());
    ReferenceTensor to = own(x);
    ReferenceTensor from = own(y);
    for (int row = 0; row < to.rows(); row++) {
      for (int column = 0; column < to.columns(); column++) {
        to.set(row, column, to.get(row, column) + from.get(row % from.rows(), column));
      }
    }
  }

  @Override
  public void activation(Tensor x, Activation function) {
    ReferenceTensor tensor = own(x);
    for (long i = 0; i < tensor.shape().elements(); i++) {
      tensor.set(i, Functions.apply(function, tensor.get(i)));
    }
  }

  @Override
  public ReferenceTensor rmsNorm(Tensor x, Tensor weight, float epsilon) {
    Checks.columns(x, weight.shape().elements());
    ReferenceTensor result = empty(x.shape().rows(), x.shape().columns());
    for (int row = 0; row < result.rows(); row++) {
      Norms.rms(own(x), result, row, 0, own(weight), epsilon);
    }
    return result;
  }

  @Override
  public ReferenceTensor addRmsNorm(Tensor residual, Tensor x, Tensor weight, float epsilon) {
    Checks.that(residual.shape().rows() == x.shape().rows(), "the rows have to agree");
    addRows(residual, x);
    return rmsNorm(residual, weight, epsilon);
  }

  @Override
  public void rmsNormColumns(Tensor x, long fromColumn, int groups, Tensor weight, float epsilon) {
    int length = Math.toIntExact(weight.shape().elements());
    Checks.that(
        fromColumn >= 0 && fromColumn + (long) groups * length <= x.shape().columns(),
        "the groups have to lie in the row");
    for (int row = 0; row < x.shape().rows(); row++) {
      for (int group = 0; group < groups; group++) {
        int from = Math.toIntExact(fromColumn) + group * length;
        Norms.rms(own(x), own(x), row, from, own(weight), epsilon);
      }
    }
  }

  @Override
  public ReferenceTensor layerNorm(Tensor x, Tensor weight, Tensor bias, float epsilon) {
    Checks.columns(x, weight.shape().elements());
    Checks.columns(x, bias.shape().elements());
    ReferenceTensor result = empty(x.shape().rows(), x.shape().columns());
    for (int row = 0; row < result.rows(); row++) {
      Norms.layer(own(x), result, row, own(weight), own(bias), epsilon);
    }
    return result;
  }

  @Override
  public ReferenceTensor linear(Tensor x, LinearWeight weight, Activation function) {
    Checks.columns(x, weight.inFeatures());
    ReferenceTensor result = empty(x.shape().rows(), weight.outFeatures());
    for (int row = 0; row < result.rows(); row++) {
      double[] values = own(x).row(row);
      for (int column = 0; column < result.columns(); column++) {
        double product = ((ReferenceLinear) weight).apply(values, column);
        result.set(row, column, Functions.apply(function, product));
      }
    }
    return result;
  }

  @Override
  public void linearAdd(Tensor residual, Tensor x, LinearWeight weight, Tensor scale) {
    Checks.columns(x, weight.inFeatures());
    Checks.columns(residual, weight.outFeatures());
    Checks.that(residual.shape().rows() == x.shape().rows(), "the rows have to agree");
    ReferenceTensor to = own(residual);
    for (int row = 0; row < to.rows(); row++) {
      double[] values = own(x).row(row);
      for (int column = 0; column < to.columns(); column++) {
        double product = ((ReferenceLinear) weight).apply(values, column);
        double factor = scale == null ? 1 : own(scale).get(column);
        to.set(row, column, to.get(row, column) + factor * product);
      }
    }
  }

  @Override
  public ReferenceTensor gatedLinear(Tensor x, LinearWeight gateUp, Activation function) {
    ReferenceTensor both = linear(x, gateUp, Activation.NONE);
    Checks.that(both.columns() % 2 == 0, "gate and up have to have as many rows");
    int half = both.columns() / 2;
    ReferenceTensor result = empty(both.rows(), half);
    for (int row = 0; row < result.rows(); row++) {
      for (int column = 0; column < half; column++) {
        double gate = Functions.apply(function, both.get(row, column));
        result.set(row, column, gate * both.get(row, half + column));
      }
    }
    return result;
  }

  @Override
  public ReferenceTensor rotaryTable(RotarySpec rotary, StepBatch step) {
    ReferenceTensor table = empty(step.tokens().length, rotary.rotaryDim());
    Rotary.table(rotary, step, table);
    return table;
  }

  @Override
  public void scaleQueries(Tensor qkv, int columns, int trainedLength, StepBatch step) {
    Checks.that(
        columns <= qkv.shape().columns()
            && step.tokens().length == qkv.shape().rows()
            && trainedLength >= 2,
        "queries of a step and a trained length of at least 2 are needed");
    ReferenceTensor rows = own(qkv);
    for (int row = 0; row < rows.rows(); row++) {
      int length = step.positions()[row] + 1;
      if (length > trainedLength) {
        double factor = Math.log(length) / Math.log(trainedLength);
        for (int column = 0; column < columns; column++) {
          rows.set(row, column, rows.get(row, column) * factor);
        }
      }
    }
  }

  @Override
  public ReferenceTensor rotaryTable(RotarySpec rotary, int[][] axes) {
    Checks.that(rotary.switchLength() == Integer.MAX_VALUE, "rows have no sequence's length");
    Checks.that(
        axes.length >= rotary.axisCount()
            && Arrays.stream(axes).allMatch(axis -> axis.length == axes[0].length),
        "each axis of the rule needs a position for each row");
    ReferenceTensor table = empty(axes[0].length, rotary.rotaryDim());
    Rotary.table(rotary, axes, table);
    return table;
  }

  @Override
  public void rotate(Tensor qkv, Rotation rotation, AttentionShape shape) {
    Checks.columns(qkv, shape.fusedColumns());
    ReferenceTensor angles = own(rotation.angles());
    Checks.that(
        angles.columns() <= shape.headDim() && angles.rows() == qkv.shape().rows(),
        "each row needs the angles of no more than a head");
    Rotary.rotate(own(qkv), angles, rotation.pairing(), shape);
  }

  @Override
  public ReferenceTensor pagedAttention(
      Tensor qkv,
      Rotation rotation,
      AttentionShape shape,
      KvCache cache,
      int layer,
      StepBatch step) {
    Checks.columns(qkv, shape.fusedColumns());
    ReferenceTensor angles = own(rotation.angles());
    Checks.that(angles.columns() <= shape.headDim(), "no more than a head can be rotated");
    ReferenceTensor result = empty(qkv.shape().rows(), (long) shape.heads() * shape.headDim());
    PagedSteps paged = new PagedSteps(shape, (ReferenceKvCache) cache, layer, step);
    Rotary.rotate(own(qkv), angles, rotation.pairing(), shape);
    paged.store(own(qkv));
    paged.attend(own(qkv), result);
    return result;
  }

  @Override
  public ReferenceTensor denseAttention(Tensor qkv, AttentionShape shape, int[] lengths) {
    Checks.columns(qkv, shape.fusedColumns());
    ReferenceTensor result = empty(qkv.shape().rows(), (long) shape.heads() * shape.headDim());
    int from = 0;
    for (int length : lengths) {
      DenseGroup.attend(own(qkv), shape, from, from + length, result);
      from += length;
    }
    Checks.that(from == result.rows(), "the lengths have to add up to all rows");
    return result;
  }

  @Override
  public ReferenceTensor patchify(Tensor images, int patch) {
    Shape shape = images.shape();
    Checks.that(
        shape.rank() == 4 && shape.dim(2) % patch == 0 && shape.dim(3) % patch == 0,
        "images have to consist of whole patches");
    long patches = shape.dim(0) * (shape.dim(2) / patch) * (shape.dim(3) / patch);
    ReferenceTensor result = empty(patches, shape.dim(1) * patch * patch);
    Images.patchify(own(images), patch, result);
    return result;
  }

  @Override
  public ReferenceTensor pixelShuffle(Tensor x, int height, int width, int factor, int version) {
    Checks.that(
        height % factor == 0
            && width % factor == 0
            && x.shape().rows() % ((long) height * width) == 0
            && (version == 1 || version == 2),
        "the grid has to consist of whole groups");
    long area = (long) factor * factor;
    ReferenceTensor result = empty(x.shape().rows() / area, x.shape().columns() * area);
    Images.pixelShuffle(own(x), height, width, factor, version, result);
    return result;
  }

  @Override
  public List<SampledToken> sample(Tensor logits, List<SamplingRow> rows) {
    Checks.that(logits.shape().rows() == rows.size(), "each row of logits needs a sampling row");
    ReferenceTensor tensor = own(logits);
    List<SampledToken> sampled = new ArrayList<>();
    for (int row = 0; row < tensor.rows(); row++) {
      sampled.add(new Sampler(tensor.row(row), rows.get(row)).sample());
    }
    return sampled;
  }

  private static ReferenceTensor own(Tensor tensor) {
    return (ReferenceTensor) tensor;
  }
}

package org.lmdeploy.core.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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

/** The few operators that an engine itself uses; model code is the fake model's own affair. */
final class FakeOps implements Ops {
  private final AtomicInteger frames = new AtomicInteger();

  int openFrames() {
    return frames.get();
  }

  @Override
  public DType activationType() {
    return DType.F32;
  }

  @Override
  public Frame frame() {
    frames.incrementAndGet();
    return frames::decrementAndGet;
  }

  @Override
  public Tensor empty(long... shape) {
    return new FakeTensor(Shape.of(shape));
  }

  @Override
  public Tensor upload(HostTensor values) {
    throw new UnsupportedOperationException("upload");
  }

  @Override
  public float[] download(Tensor values) {
    throw new UnsupportedOperationException("download");
  }

  @Override
  public Tensor embedding(Tensor table, int[] ids) {
    throw new UnsupportedOperationException("embedding");
  }

  @Override
  public void copyRows(Tensor target, long targetRow, Tensor source, long sourceRow, long count) {
    int columns = (int) source.shape().columns();
    System.arraycopy(
        ((FakeTensor) source).data(),
        (int) sourceRow * columns,
        ((FakeTensor) target).data(),
        (int) targetRow * columns,
        (int) count * columns);
  }

  @Override
  public Tensor gatherRows(Tensor x, int[] rows) {
    throw new UnsupportedOperationException("gatherRows");
  }

  @Override
  public void addRows(Tensor x, Tensor y) {
    throw new UnsupportedOperationException("addRows");
  }

  @Override
  public void activation(Tensor x, Activation function) {
    throw new UnsupportedOperationException("activation");
  }

  @Override
  public Tensor rmsNorm(Tensor x, Tensor weight, float epsilon) {
    throw new UnsupportedOperationException("rmsNorm");
  }

  @Override
  public Tensor addRmsNorm(Tensor residual, Tensor x, Tensor weight, float epsilon) {
    throw new UnsupportedOperationException("addRmsNorm");
  }

  @Override
  public void rmsNormColumns(Tensor x, long fromColumn, int groups, Tensor weight, float epsilon) {
    throw new UnsupportedOperationException("rmsNormColumns");
  }

  @Override
  public Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, float epsilon) {
    throw new UnsupportedOperationException("layerNorm");
  }

  @Override
  public Tensor linear(Tensor x, LinearWeight weight, Activation function) {
    throw new UnsupportedOperationException("linear");
  }

  @Override
  public void linearAdd(Tensor residual, Tensor x, LinearWeight weight, Tensor scale) {
    throw new UnsupportedOperationException("linearAdd");
  }

  @Override
  public Tensor gatedLinear(Tensor x, LinearWeight gateUp, Activation function) {
    throw new UnsupportedOperationException("gatedLinear");
  }

  @Override
  public Tensor rotaryTable(RotarySpec rotary, StepBatch step) {
    throw new UnsupportedOperationException("rotaryTable");
  }

  @Override
  public void scaleQueries(Tensor qkv, int columns, int trainedLength, StepBatch step) {
    throw new UnsupportedOperationException("scaleQueries");
  }

  @Override
  public Tensor rotaryTable(RotarySpec rotary, int[][] axes) {
    throw new UnsupportedOperationException("rotaryTable");
  }

  @Override
  public void rotate(Tensor qkv, Rotation rotation, AttentionShape shape) {
    throw new UnsupportedOperationException("rotate");
  }

  @Override
  public Tensor pagedAttention(
      Tensor qkv,
      Rotation rotation,
      AttentionShape shape,
      KvCache cache,
      int layer,
      StepBatch step) {
    throw new UnsupportedOperationException("pagedAttention");
  }

  @Override
  public Tensor denseAttention(Tensor qkv, AttentionShape shape, int[] lengths) {
    throw new UnsupportedOperationException("denseAttention");
  }

  @Override
  public Tensor patchify(Tensor images, int patch) {
    throw new UnsupportedOperationException("patchify");
  }

  @Override
  public Tensor pixelShuffle(Tensor x, int height, int width, int factor, int version) {
    throw new UnsupportedOperationException("pixelShuffle");
  }

  @Override
  public List<SampledToken> sample(Tensor logits, List<SamplingRow> rows) {
    FakeTensor values = (FakeTensor) logits;
    if (values.shape().rows() != rows.size() || rows.isEmpty()) {
      throw new IllegalArgumentException(values.shape() + " for " + rows.size() + " rows");
    }
    int vocabulary = (int) values.shape().columns();
    List<SampledToken> drawn = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      double[] scores = new double[vocabulary];
      for (int id = 0; id < vocabulary; id++) {
        scores[id] = Double.longBitsToDouble(values.data()[row * vocabulary + id]);
      }
      drawn.add(FakeSampler.draw(scores, rows.get(row)));
    }
    return drawn;
  }
}

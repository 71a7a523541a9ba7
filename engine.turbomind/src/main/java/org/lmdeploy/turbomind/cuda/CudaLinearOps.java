package org.lmdeploy.turbomind.cuda;

import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;

/** Queues linear layers; arguments and results are those of the operators of their names. */
final class CudaLinearOps {
  private final CudaStream stream;
  private final KernelLibrary kernels;
  private final WeightLoader weights;
  private final LinearKernels linears;
  private final LinearChoices choices;
  private final Operands operands;

  CudaLinearOps(
      CudaStream stream,
      KernelLibrary kernels,
      WeightLoader weights,
      LinearKernels linears,
      LinearChoices choices,
      Operands operands) {
    this.stream = stream;
    this.kernels = kernels;
    this.weights = weights;
    this.linears = linears;
    this.choices = choices;
    this.operands = operands;
  }

  CudaTensor linear(Tensor x, LinearWeight weight, Activation function) {
    CudaLinear layer = plain(weight);
    CudaTensor in = operands.activation(x);
    CudaTensor out = operands.empty(in.rowCount(), layer.outFeatures());
    multiply(in, layer, out, 0, 0, function);
    return out;
  }

  Tensor logits(Tensor x, LinearWeight head) {
    CudaLinear layer = plain(head);
    CudaTensor in = operands.activation(x);
    CudaTensor out = operands.allocate(DType.F32, Shape.of(in.rowCount(), layer.outFeatures()));
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

  void linearAdd(Tensor residual, Tensor x, LinearWeight weight, Tensor scale) {
    CudaLinear layer = plain(weight);
    CudaTensor sum = operands.activation(residual);
    CudaTensor in = operands.activation(x);
    Operands.require(
        sum.rowCount() == in.rowCount() && sum.columns() == layer.outFeatures(),
        "a sum of [" + in.rowCount() + ", " + layer.outFeatures() + "]",
        sum);
    long factor = scale == null ? 0 : operands.vector(scale, sum.columns()).address();
    multiply(in, layer, sum, sum.address(), factor, Activation.NONE);
  }

  Tensor gatedLinear(Tensor x, LinearWeight gateUp, Activation function) {
    CudaLinear layer = (CudaLinear) gateUp;
    if (layer.outFeatures() % 2 != 0) {
      throw new IllegalArgumentException(
          "an odd number of rows of gate and up: " + layer.outFeatures());
    }
    CudaTensor in = operands.activation(x);
    long width = layer.outFeatures() / 2;
    CudaTensor out = operands.empty(in.rowCount(), width);
    if (layer.gated()) {
      multiply(in, layer, out, 0, 0, function);
      return out;
    }
    try (Frame _ = operands.frame()) {
      CudaTensor both = linear(x, layer, Activation.NONE);
      if (out.bytes() > 0) {
        stream
            .arguments()
            .pointer(both.address())
            .pointer(out.address())
            .int32(out.rowCount())
            .int32(width)
            .int32(function.ordinal());
        stream.launch(
            kernels.typed("elementwise", "gated"), operands.spread(out.shape().elements()));
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
    Operands.require(
        x.columns() == layer.inFeatures(), "a layer of " + layer.inFeatures() + " inputs", x);
    if (out.bytes() == 0) {
      return;
    }
    weights.finish();
    try (Frame _ = operands.frame()) {
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
    if (x.columns() % Operands.VECTOR == 0 && x.address() % 16 == 0) {
      return x;
    }
    int columns = Math.ceilDiv(x.columns(), Operands.VECTOR) * Operands.VECTOR;
    CudaTensor padded = operands.empty(x.rowCount(), columns);
    stream
        .arguments()
        .pointer(x.address())
        .pointer(padded.address())
        .int32(x.rowCount())
        .int32(x.columns())
        .int32(columns);
    stream.launch(kernels.plain("rows", "pad_columns"), operands.spread(padded.shape().elements()));
    return padded;
  }
}

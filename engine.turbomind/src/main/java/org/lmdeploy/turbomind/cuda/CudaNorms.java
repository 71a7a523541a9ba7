package org.lmdeploy.turbomind.cuda;

import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;

/**
 * Queues normalizations of rows; arguments and results are those of the operators of their names.
 */
final class CudaNorms {
  private static final int MOST_THREADS = 1024;

  private final Gpu gpu;
  private final CudaStream stream;
  private final KernelLibrary kernels;
  private final Operands operands;

  CudaNorms(Gpu gpu, CudaStream stream, KernelLibrary kernels, Operands operands) {
    this.gpu = gpu;
    this.stream = stream;
    this.kernels = kernels;
    this.operands = operands;
  }

  Tensor rmsNorm(Tensor x, Tensor weight, float epsilon) {
    CudaTensor in = operands.activation(x);
    CudaTensor factor = operands.vector(weight, in.columns());
    CudaTensor out = operands.empty(x.shape().toArray());
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

  Tensor addRmsNorm(Tensor residual, Tensor x, Tensor weight, float epsilon) {
    CudaTensor sum = operands.activation(residual);
    CudaTensor added = operands.activation(x);
    Operands.require(added.shape().equals(sum.shape()), "two of the same shape", sum, added);
    CudaTensor factor = operands.vector(weight, sum.columns());
    CudaTensor out = operands.empty(sum.shape().toArray());
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

  void rmsNormColumns(Tensor x, long fromColumn, int groups, Tensor weight, float epsilon) {
    CudaTensor in = operands.activation(x);
    int width = Math.toIntExact(weight.shape().elements());
    Operands.require(
        fromColumn >= 0 && fromColumn + (long) groups * width <= in.columns(),
        groups + " groups of " + width + " columns from column " + fromColumn + " on",
        in);
    CudaTensor factor = operands.vector(weight, width);
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
          width <= 512
              ? Math.min(Math.ceilDiv(pieces, Operands.VECTOR), 6 * gpu.multiprocessors())
              : pieces;
      stream.launch(
          kernels.typed("norm", "rms_norm_columns"), LaunchShape.of(blocks, Operands.THREADS));
    }
  }

  Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, float epsilon) {
    CudaTensor in = operands.activation(x);
    CudaTensor factor = operands.vector(weight, in.columns());
    CudaTensor shift = operands.vector(bias, in.columns());
    CudaTensor out = operands.empty(x.shape().toArray());
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
    int threads = Math.min(MOST_THREADS, Math.ceilDiv(x.columns(), 32 * Operands.VECTOR) * 32);
    int most = gpu.multiprocessors() * Math.max(1, MOST_THREADS / threads);
    return LaunchShape.of(Math.min(x.rowCount(), most), threads);
  }
}

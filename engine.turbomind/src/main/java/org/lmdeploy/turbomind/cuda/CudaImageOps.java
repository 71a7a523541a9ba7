package org.lmdeploy.turbomind.cuda;

import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;

/**
 * Queues what only image encoders need; arguments and results are those of the operators of their
 * names.
 */
final class CudaImageOps {
  private final CudaStream stream;
  private final KernelLibrary kernels;
  private final Operands operands;

  CudaImageOps(CudaStream stream, KernelLibrary kernels, Operands operands) {
    this.stream = stream;
    this.kernels = kernels;
    this.operands = operands;
  }

  Tensor patchify(Tensor images, int patch) {
    CudaTensor in = operands.activation(images);
    Operands.require(in.shape().rank() == 4, "images [n, channels, height, width]", in);
    int count = Math.toIntExact(in.shape().dim(0));
    int channels = Math.toIntExact(in.shape().dim(1));
    int height = Math.toIntExact(in.shape().dim(2));
    int width = Math.toIntExact(in.shape().dim(3));
    Operands.require(
        patch > 0 && height % patch == 0 && width % patch == 0,
        "images in patches of " + patch,
        in);
    long rows = (long) count * (height / patch) * (width / patch);
    CudaTensor out = operands.empty(rows, (long) channels * patch * patch);
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
          LaunchShape.of(count * channels * (height / patch), Operands.THREADS));
    }
    return out;
  }

  Tensor pixelShuffle(Tensor x, int height, int width, int factor, int version) {
    CudaTensor in = operands.activation(x);
    Operands.require(
        factor > 0
            && height % factor == 0
            && width % factor == 0
            && in.rowCount() % (height * width) == 0
            && (version == 1 || version == 2),
        "grids of %s x %s to shuffle by %s, version %s".formatted(height, width, factor, version),
        in);
    int images = in.rowCount() / (height * width);
    CudaTensor out =
        operands.empty(
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
          LaunchShape.of(Math.ceilDiv(in.rowCount(), Operands.VECTOR), Operands.THREADS));
    }
    return out;
  }
}

package org.lmdeploy.turbomind.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.Kernel;
import org.lmdeploy.turbomind.cuda.driver.KernelArguments;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;

/** Launches the linear kernels, with the workspace that they share. */
final class LinearKernels implements AutoCloseable {
  private final Gpu gpu;
  private final CudaStream stream;
  private final KernelLibrary library;
  private final boolean bfloat16;
  private final List<LinearVariant> variants;
  private final Map<LinearVariant, Kernel> kernels = new HashMap<>();
  private final DeviceMemory workspace;
  private final DeviceMemory counters;

  LinearKernels(Gpu gpu, CudaStream stream, KernelLibrary library, DType type) {
    this.gpu = gpu;
    this.stream = stream;
    this.library = library;
    this.bfloat16 = type == DType.BF16;
    this.variants = LinearVariant.forChip(gpu.computeCapability(), gpu.sharedMemoryPerBlock());
    workspace = new DeviceMemory(gpu, workspaceBytes());
    counters = new DeviceMemory(gpu, counterBytes());
    stream.zero(counters.address(), counters.bytes());
  }

  private long workspaceBytes() {
    return variants.stream().mapToLong(v -> 4 * v.workspaceFloats(mostBlocks(v))).max().orElse(0);
  }

  private long counterBytes() {
    return variants.stream().mapToLong(v -> 4 * v.counters(mostBlocks(v))).max().orElse(0);
  }

  /** As many blocks as the chip holds at once. */
  int mostBlocks(LinearVariant variant) {
    return gpu.multiprocessors() * variant.resident();
  }

  /** All kernels of this chip. */
  List<LinearVariant> variants() {
    return variants;
  }

  /** Queues a product. */
  void launch(LinearCall call, LinearChoice choice) {
    LinearVariant variant = choice.variant();
    Kernel kernel = kernels.computeIfAbsent(variant, this::load);
    KernelArguments arguments = stream.arguments();
    if (variant.hopper()) {
      arguments.matrix(
          bfloat16,
          call.x(),
          call.layer().inFeatures(),
          call.rows(),
          2L * call.stride(),
          variant.tokens() / variant.cluster());
    } else {
      arguments.noMatrix();
    }
    arguments
        .pointer(call.x())
        .pointer(call.layer().weight())
        .pointer(call.layer().bias())
        .pointer(call.scale())
        .pointer(call.residual())
        .pointer(call.out())
        .pointer(workspace.address())
        .pointer(counters.address())
        .pointer(0)
        .int64(0)
        .int32(call.rows())
        .int32(call.columns())
        .int32(call.layer().inFeatures())
        .int32(call.layer().paddedRows())
        .int32(call.stride())
        .int32(call.columns())
        .int32(call.columns())
        .int32(call.activation().ordinal())
        .int32(call.layer().gated() ? 1 : 0)
        .int32(call.floatResult() ? 1 : 0)
        .int32(0)
        .int32(0);
    stream.launch(
        kernel,
        LaunchShape.of(choice.blocks(), variant.threads(), variant.sharedMemory())
            .inClustersOf(variant.cluster()));
  }

  private Kernel load(LinearVariant variant) {
    return library.typed(variant.file(), variant.name()).withSharedMemory(variant.sharedMemory());
  }

  @Override
  public void close() {
    workspace.close();
    counters.close();
  }
}

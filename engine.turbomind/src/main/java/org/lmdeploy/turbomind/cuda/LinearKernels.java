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
  /** What each byte of an unused place for partial sums holds: see partial_sums.cuh. */
  static final byte PARTIAL_EMPTY = (byte) 0xFF;

  private final Gpu gpu;
  private final CudaStream stream;
  private final KernelLibrary library;
  private final boolean bfloat16;
  private final List<LinearVariant> variants;
  private final Map<String, Kernel> kernels = new HashMap<>();
  private final DeviceMemory workspace;

  LinearKernels(Gpu gpu, CudaStream stream, KernelLibrary library, DType type) {
    this.gpu = gpu;
    this.stream = stream;
    this.library = library;
    this.bfloat16 = type == DType.BF16;
    this.variants = LinearVariant.forDevice(gpu);
    workspace = new DeviceMemory(gpu, workspaceBytes());
    stream.fill(workspace.address(), PARTIAL_EMPTY, workspace.bytes());
  }

  private long workspaceBytes() {
    return variants.stream().mapToLong(v -> 4 * v.workspaceFloats(mostBlocks(v))).max().orElse(0);
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
    Kernel kernel = kernel(variant, needsActivations(call));
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
        .int32(call.rows())
        .int32(call.columns())
        .int32(call.layer().inFeatures())
        .int32(call.layer().paddedRows())
        .int32(call.stride())
        .int32(call.columns())
        .int32(call.columns())
        .int32(call.activation().ordinal())
        .int32(call.layer().gated() ? 1 : 0)
        .int32(call.floatResult() ? 1 : 0);
    stream.launch(
        kernel,
        LaunchShape.of(choice.blocks(), variant.threads(), variant.sharedMemory())
            .inClustersOf(variant.cluster()));
  }

  /** Whether it takes the longer kernel: the rule of {@code linear.def}. */
  private static boolean needsActivations(LinearCall call) {
    return switch (call.activation()) {
      case NONE -> false;
      case SILU, QUICK_GELU, GELU_TANH -> !call.layer().gated();
      case GELU, RELU -> true;
    };
  }

  private Kernel kernel(LinearVariant variant, boolean activations) {
    String name = activations ? variant.name() + "_act" : variant.name();
    return kernels.computeIfAbsent(
        name,
        missing -> library.typed(variant.file(), missing).withSharedMemory(variant.sharedMemory()));
  }

  @Override
  public void close() {
    workspace.close();
  }
}

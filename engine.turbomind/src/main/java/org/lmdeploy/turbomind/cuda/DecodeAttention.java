package org.lmdeploy.turbomind.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.Kernel;
import org.lmdeploy.turbomind.cuda.driver.KernelArguments;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;
import org.lmdeploy.turbomind.cuda.kernel.VariantList;

/** Launches the kernels of attention_decode.cu: attention of sequences with one new token each. */
final class DecodeAttention implements AutoCloseable {
  /** Batches up to this size have too little to read for more than a block a multiprocessor. */
  private static final int SMALL_BATCH = 8;

  /** Blocks whose registers fit on a multiprocessor at once: the kernels' launch bounds. */
  private static final int RESIDENT = 2;

  private final Gpu gpu;
  private final CudaStream stream;
  private final KernelLibrary library;
  private final List<Variant> variants = new ArrayList<>();
  private final Map<Variant, Loaded> kernels = new HashMap<>();

  /**
   * A kernel of {@code attention.def}.
   *
   * @param name its name without the type
   * @param headDim the size of heads that it takes
   * @param heads most query heads of a group
   * @param threads of a block
   * @param sharedMemory bytes of dynamic shared memory of a block
   */
  record Variant(String name, int headDim, int heads, int threads, int sharedMemory) {
    private static Variant of(String name, int[] numbers) {
      return new Variant(
          "%s_%dx%d".formatted(name, numbers[0], numbers[1]),
          numbers[0],
          numbers[1],
          numbers[4],
          numbers[5]);
    }

    /** Whether the kernel can rotate by itself: the rule of {@code DecodeParams}. */
    boolean rotates(PagedCall call) {
      int rotated = call.angles().columns();
      return call.interleaved() ? rotated % 4 == 0 : rotated == headDim;
    }
  }

  /** A kernel with the scratch memory of its grid. */
  private record Loaded(Kernel kernel, DeviceMemory partials) {}

  DecodeAttention(Gpu gpu, CudaStream stream, KernelLibrary library, String variantList) {
    this.gpu = gpu;
    this.stream = stream;
    this.library = library;
    for (int[] numbers : VariantList.read(variantList, "DECODE")) {
      variants.add(Variant.of("attention_decode", numbers));
    }
    for (int[] numbers : VariantList.read(variantList, "DECODE_SMALL")) {
      variants.add(Variant.of("attention_decode_small", numbers));
    }
    variants.removeIf(variant -> variant.sharedMemory > gpu.sharedMemoryPerBlock());
  }

  /** The kernel for heads of this size in groups of so many queries. */
  Optional<Variant> variant(int headDim, int group) {
    return variants.stream()
        .filter(variant -> variant.headDim == headDim && variant.heads >= group)
        .findFirst();
  }

  /**
   * Queues the attention of the step's first rows, one for each sequence that decodes.
   *
   * @param rotates whether the kernel rotates and stores, else {@link CudaRotary} has done that
   */
  void launch(Variant variant, PagedCall call, boolean rotates) {
    StepState state = call.state();
    long tiles = state.decodeTiles(call.shape().window(), stream);
    Loaded loaded = kernels.computeIfAbsent(variant, this::load);
    KernelArguments arguments = stream.arguments();
    call.cacheView(arguments);
    arguments
        .pointer(call.out().address())
        .pointer(call.qkv().address())
        .pointer(state.context())
        .pointer(tiles)
        .pointer(loaded.partials.address())
        .pointer(rotates ? call.angles().address() : 0)
        .int32(state.decoding())
        .int32(call.shape().heads())
        .int32(call.shape().window())
        .float32(call.shape().scale())
        .int32(call.group())
        .int32(call.angles().columns())
        .int32(call.interleaved() ? 1 : 0)
        .int32(call.decodesAll() ? 1 : 0);
    int blocks = state.decoding() <= SMALL_BATCH ? gpu.multiprocessors() : mostBlocks(variant);
    stream.launch(loaded.kernel, LaunchShape.of(blocks, variant.threads, variant.sharedMemory));
  }

  /**
   * As many blocks as the chip holds at once. So many are spread evenly whatever else is resident
   * when they start; and more must not be, for they wait for each other.
   */
  private int mostBlocks(Variant variant) {
    int fit = Gpu.blocksThatFit(gpu.sharedMemoryPerMultiprocessor(), variant.sharedMemory);
    return gpu.multiprocessors() * Math.min(RESIDENT, fit);
  }

  private Loaded load(Variant variant) {
    Kernel kernel =
        library.typed("attention_decode", variant.name).withSharedMemory(variant.sharedMemory);
    long part = 2L * variant.heads * variant.headDim * Float.BYTES;
    DeviceMemory partials = new DeviceMemory(gpu, mostBlocks(variant) * part);
    stream.fill(partials.address(), LinearKernels.PARTIAL_EMPTY, partials.bytes());
    return new Loaded(kernel, partials);
  }

  @Override
  public void close() {
    kernels.values().forEach(loaded -> loaded.partials.close());
  }
}

package org.lmdeploy.turbomind.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.Kernel;
import org.lmdeploy.turbomind.cuda.driver.KernelArguments;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;
import org.lmdeploy.turbomind.cuda.kernel.KernelFiles;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;
import org.lmdeploy.turbomind.cuda.kernel.VariantList;

/**
 * Launches the kernels of attention.cuh: one kernel for the sequences that decode, one for chunks
 * of prompts, one for images; heads that none of them has take the plain kernel.
 */
final class CudaAttention implements AutoCloseable {
  private final Gpu gpu;
  private final CudaStream stream;
  private final KernelLibrary library;
  private final List<DecodeVariant> decodeVariants = new ArrayList<>();
  private final List<Tiled> prefillVariants;
  private final List<Tiled> denseVariants;
  private final int plainThreads;
  private final Map<DecodeVariant, DecodeKernel> decodeKernels = new HashMap<>();
  private final Map<Tiled, Kernel> tiledKernels = new HashMap<>();
  private final DenseGroups groups;

  /**
   * A kernel over tiles of rows.
   *
   * @param file the fat binary that has it
   * @param name its name without the type
   * @param headDim the size of heads that it takes
   * @param rows rows of a tile
   * @param threads of a block
   * @param sharedMemory bytes of dynamic shared memory of a block
   */
  private record Tiled(
      String file, String name, int headDim, int rows, int threads, int sharedMemory) {}

  /**
   * A decode kernel of {@code attention.def}.
   *
   * @param name its name without the type
   * @param headDim the size of heads that it takes
   * @param heads most query heads of a group
   * @param threads of a block
   * @param sharedMemory bytes of dynamic shared memory of a block
   */
  private record DecodeVariant(String name, int headDim, int heads, int threads, int sharedMemory) {
    static DecodeVariant of(String name, int[] numbers) {
      return new DecodeVariant(
          "%s_%dx%d".formatted(name, numbers[0], numbers[1]),
          numbers[0],
          numbers[1],
          numbers[4],
          numbers[5]);
    }
  }

  /** A decode kernel with the scratch memory of its grid. */
  private record DecodeKernel(
      Kernel kernel, int blocks, DeviceMemory partials, DeviceMemory counters)
      implements AutoCloseable {
    @Override
    public void close() {
      partials.close();
      counters.close();
    }
  }

  CudaAttention(Gpu gpu, CudaStream stream, KernelLibrary library) {
    this.gpu = gpu;
    this.stream = stream;
    this.library = library;
    String list = KernelFiles.variants("attention");
    for (int[] numbers : VariantList.read(list, "DECODE")) {
      decodeVariants.add(DecodeVariant.of("attention_decode", numbers));
    }
    for (int[] numbers : VariantList.read(list, "DECODE_SMALL")) {
      decodeVariants.add(DecodeVariant.of("attention_decode_small", numbers));
    }
    decodeVariants.removeIf(variant -> variant.sharedMemory > gpu.sharedMemoryPerBlock());
    prefillVariants = tiled(list, "PREFILL", "attention_prefill");
    denseVariants = tiled(list, "DENSE", "attention_dense");
    plainThreads = VariantList.read(list, "PLAIN").getFirst()[0];
    groups = new DenseGroups(gpu);
  }

  /** The variants of a kernel, those for this chip alone first. */
  private List<Tiled> tiled(String list, String entry, String name) {
    List<Tiled> variants = new ArrayList<>();
    if (gpu.computeCapability() == Gpu.HOPPER) {
      for (int[] numbers : VariantList.read(list, entry + "_90")) {
        variants.add(tiled("attention_prefill90", name + "90", numbers));
      }
    }
    for (int[] numbers : VariantList.read(list, entry)) {
      variants.add(tiled("attention_prefill", name, numbers));
    }
    variants.removeIf(variant -> variant.sharedMemory > gpu.sharedMemoryPerBlock());
    return variants;
  }

  private static Tiled tiled(String file, String name, int[] numbers) {
    return new Tiled(file, name + "_" + numbers[0], numbers[0], numbers[1], numbers[3], numbers[4]);
  }

  private static Tiled of(List<Tiled> variants, int headDim) {
    return variants.stream().filter(variant -> variant.headDim == headDim).findFirst().orElse(null);
  }

  /** The fields of KvView. */
  static void cacheView(KernelArguments arguments, CudaKvCache cache, int layer, StepState state) {
    arguments
        .pointer(cache.address())
        .pointer(state.blockTables())
        .int64(cache.blockBytes())
        .int64(cache.layerOffset(layer))
        .int32(cache.blockTokens())
        .int32(cache.layout().kvHeads())
        .int32(cache.layout().headDim())
        .int32(state.tableStride());
  }

  /** Attention of the present step's new tokens. */
  void paged(
      CudaTensor qkv,
      AttentionShape shape,
      CudaKvCache cache,
      int layer,
      StepState state,
      CudaTensor out) {
    int group = shape.heads() / shape.kvHeads();
    DecodeVariant decode = decodeVariant(shape.headDim(), group);
    Tiled prefill = of(prefillVariants, shape.headDim());
    if (decode == null || prefill == null) {
      plain(qkv, shape, cache, layer, state, out);
      return;
    }
    int decoding = state.decoding();
    if (decoding > 0) {
      decode(decode, decoding, qkv, shape, cache, layer, state, out);
    }
    if (qkv.rowCount() > decoding) {
      prefill(prefill, qkv, shape, cache, layer, state, out);
    }
  }

  /** The decode variant of a head size that takes groups of so many query heads, or null. */
  private DecodeVariant decodeVariant(int headDim, int group) {
    return decodeVariants.stream()
        .filter(variant -> variant.headDim == headDim && variant.heads >= group)
        .findFirst()
        .orElse(null);
  }

  private void decode(
      DecodeVariant variant,
      int sequences,
      CudaTensor qkv,
      AttentionShape shape,
      CudaKvCache cache,
      int layer,
      StepState state,
      CudaTensor out) {
    long tiles = state.decodeTiles(shape.window(), stream);
    DecodeKernel decode = decodeKernels.computeIfAbsent(variant, this::loadDecode);
    KernelArguments arguments = stream.arguments();
    cacheView(arguments, cache, layer, state);
    arguments
        .pointer(out.address())
        .pointer(qkv.address())
        .pointer(state.context())
        .pointer(tiles)
        .pointer(decode.partials.address())
        .pointer(decode.counters.address())
        .int32(sequences)
        .int32(shape.heads())
        .int32(shape.window())
        .float32(shape.scale())
        .int32(shape.heads() / shape.kvHeads())
        .int32(0);
    stream.launch(
        decode.kernel, LaunchShape.of(decode.blocks, variant.threads, variant.sharedMemory));
  }

  private DecodeKernel loadDecode(DecodeVariant variant) {
    Kernel kernel =
        library.typed("attention_decode", variant.name).withSharedMemory(variant.sharedMemory);
    // More than one on a multiprocessor gains nothing, and the next kernel finds no place beside
    // two.
    int blocks = gpu.multiprocessors();
    long part = 4L * variant.heads * (variant.headDim + 2);
    DeviceMemory partials = new DeviceMemory(gpu, 2L * blocks * part);
    DeviceMemory counters = new DeviceMemory(gpu, 4L * blocks);
    stream.zero(counters.address(), counters.bytes());
    return new DecodeKernel(kernel, blocks, partials, counters);
  }

  private void prefill(
      Tiled variant,
      CudaTensor qkv,
      AttentionShape shape,
      CudaKvCache cache,
      int layer,
      StepState state,
      CudaTensor out) {
    long tiles = state.prefillTiles(variant.rows, stream);
    Kernel kernel = kernel(variant);
    KernelArguments arguments = stream.arguments();
    cacheView(arguments, cache, layer, state);
    pagedFields(arguments, qkv, shape, state, out, tiles);
    stream.launch(
        kernel,
        LaunchShape.plane(
            shape.heads(), state.prefillTileCount(), variant.threads, variant.sharedMemory));
  }

  private void pagedFields(
      KernelArguments arguments,
      CudaTensor qkv,
      AttentionShape shape,
      StepState state,
      CudaTensor out,
      long tiles) {
    arguments
        .pointer(out.address())
        .pointer(qkv.address())
        .pointer(state.firstToken())
        .pointer(state.context())
        .pointer(state.tokenSequence())
        .pointer(tiles)
        .int32(qkv.rowCount())
        .int32(shape.heads())
        .int32(shape.window())
        .float32(shape.scale())
        .int32(shape.heads() / shape.kvHeads())
        .int32(0);
  }

  private Kernel kernel(Tiled variant) {
    return tiledKernels.computeIfAbsent(
        variant,
        missing ->
            library.typed(missing.file, missing.name).withSharedMemory(missing.sharedMemory));
  }

  private void plain(
      CudaTensor qkv,
      AttentionShape shape,
      CudaKvCache cache,
      int layer,
      StepState state,
      CudaTensor out) {
    KernelArguments arguments = stream.arguments();
    cacheView(arguments, cache, layer, state);
    pagedFields(arguments, qkv, shape, state, out, 0);
    stream.launch(
        library.typed("attention_plain", "attention_plain_paged"), plainShape(qkv, shape));
  }

  private LaunchShape plainShape(CudaTensor qkv, AttentionShape shape) {
    int warps = Math.multiplyExact(qkv.rowCount(), shape.heads());
    return LaunchShape.of(Math.ceilDiv(warps, plainThreads / 32), plainThreads);
  }

  /** Attention in both directions within groups of rows. */
  void dense(CudaTensor qkv, AttentionShape shape, int[] lengths, CudaTensor out) {
    if (Arrays.stream(lengths).sum() != qkv.rowCount()) {
      throw new IllegalArgumentException(
          "groups of " + Arrays.toString(lengths) + " rows are not " + qkv.rowCount());
    }
    Tiled variant = of(denseVariants, shape.headDim());
    groups.set(lengths, variant == null ? 0 : variant.rows, stream);
    stream
        .arguments()
        .pointer(out.address())
        .pointer(qkv.address())
        .pointer(groups.starts())
        .pointer(groups.tiles())
        .pointer(groups.rowGroups())
        .int32(qkv.rowCount())
        .int32(shape.heads())
        .int32(shape.kvHeads())
        .int32(shape.headDim())
        .float32(shape.scale())
        .int32(0);
    if (variant == null) {
      stream.launch(
          library.typed("attention_plain", "attention_plain_dense"), plainShape(qkv, shape));
    } else {
      stream.launch(
          kernel(variant),
          LaunchShape.plane(
              shape.heads(), groups.tileCount(), variant.threads, variant.sharedMemory));
    }
  }

  @Override
  public void close() {
    decodeKernels.values().forEach(DecodeKernel::close);
    groups.close();
  }
}

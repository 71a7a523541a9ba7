package org.lmdeploy.turbomind.cuda;

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
  private final List<int[]> decodeVariants;
  private final List<int[]> prefillVariants;
  private final List<int[]> denseVariants;
  private final int plainThreads;
  private final Map<int[], DecodeKernel> decodeKernels = new HashMap<>();
  private final Map<int[], Kernel> tiledKernels = new HashMap<>();
  private final DenseGroups groups;

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
    decodeVariants = VariantList.read(list, "DECODE");
    prefillVariants = VariantList.read(list, "PREFILL");
    denseVariants = VariantList.read(list, "DENSE");
    plainThreads = VariantList.read(list, "PLAIN").getFirst()[0];
    groups = new DenseGroups(gpu);
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
    int[] decode = variant(decodeVariants, shape.headDim(), group);
    int[] prefill = variant(prefillVariants, shape.headDim(), 0);
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

  /** The variant of a head size that takes groups of {@code group} query heads; else null. */
  private int[] variant(List<int[]> variants, int headDim, int group) {
    for (int[] variant : variants) {
      boolean grouped = group == 0 || variant[1] >= group;
      int sharedMemory = variant[variant.length - 1];
      if (variant[0] == headDim && grouped && sharedMemory <= gpu.sharedMemoryPerBlock()) {
        return variant;
      }
    }
    return null;
  }

  private void decode(
      int[] variant,
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
    stream.launch(decode.kernel, LaunchShape.of(decode.blocks, variant[4], variant[5]));
  }

  private DecodeKernel loadDecode(int[] variant) {
    int headDim = variant[0];
    int heads = variant[1];
    Kernel kernel =
        library
            .typed("attention_decode", "attention_decode_%dx%d".formatted(headDim, heads))
            .withSharedMemory(variant[5]);
    int fit = Math.max(1, kernel.blocksPerMultiprocessor(variant[4], variant[5]));
    int blocks = fit * gpu.multiprocessors();
    DeviceMemory partials = new DeviceMemory(gpu, 4L * blocks * 2 * heads * (headDim + 2));
    DeviceMemory counters = new DeviceMemory(gpu, 4L * blocks);
    stream.zero(counters.address(), counters.bytes());
    return new DecodeKernel(kernel, blocks, partials, counters);
  }

  private void prefill(
      int[] variant,
      CudaTensor qkv,
      AttentionShape shape,
      CudaKvCache cache,
      int layer,
      StepState state,
      CudaTensor out) {
    long tiles = state.prefillTiles(variant[1], stream);
    Kernel kernel = tiled("attention_prefill", variant);
    KernelArguments arguments = stream.arguments();
    cacheView(arguments, cache, layer, state);
    pagedFields(arguments, qkv, shape, state, out, tiles);
    stream.launch(
        kernel, LaunchShape.plane(shape.heads(), state.prefillTileCount(), variant[3], variant[4]));
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

  private Kernel tiled(String name, int[] variant) {
    return tiledKernels.computeIfAbsent(
        variant,
        missing -> library.typed(name, name + "_" + missing[0]).withSharedMemory(missing[4]));
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
    int[] variant = variant(denseVariants, shape.headDim(), 0);
    groups.set(lengths, variant == null ? 0 : variant[1], stream);
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
          tiled("attention_dense", variant),
          LaunchShape.plane(shape.heads(), groups.tileCount(), variant[3], variant[4]));
    }
  }

  @Override
  public void close() {
    decodeKernels.values().forEach(DecodeKernel::close);
    groups.close();
  }
}

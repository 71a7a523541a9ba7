package org.lmdeploy.turbomind.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
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
  private final CudaRotary rotary;
  private final DecodeAttention decoding;
  private final List<Tiled> prefillVariants;
  private final List<Tiled> denseVariants;
  private final int plainThreads;
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

  CudaAttention(Gpu gpu, CudaStream stream, KernelLibrary library, CudaRotary rotary) {
    this.gpu = gpu;
    this.stream = stream;
    this.library = library;
    this.rotary = rotary;
    String list = KernelFiles.variants("attention");
    decoding = new DecodeAttention(gpu, stream, library, list);
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

  /** Attention of the present step's new tokens, which are rotated and put into the cache. */
  void paged(PagedCall call) {
    Optional<DecodeAttention.Variant> decode =
        decoding.variant(call.shape().headDim(), call.group());
    Tiled prefill = of(prefillVariants, call.shape().headDim());
    if (decode.isEmpty() || prefill == null) {
      rotary.rotate(call, 0);
      plain(call);
      return;
    }
    int decodes = call.state().decoding();
    boolean rotates = decode.get().rotates(call);
    rotary.rotate(call, rotates ? decodes : 0);
    if (decodes > 0) {
      decoding.launch(decode.get(), call, rotates);
    }
    if (!call.decodesAll()) {
      prefill(prefill, call);
    }
  }

  private void prefill(Tiled variant, PagedCall call) {
    long tiles = call.state().prefillTiles(variant.rows, stream);
    Kernel kernel = kernel(variant);
    pagedArguments(call, tiles);
    stream.launch(
        kernel,
        LaunchShape.plane(
            call.shape().heads(),
            call.state().prefillTileCount(),
            variant.threads,
            variant.sharedMemory));
  }

  /** Of PagedParams. */
  private void pagedArguments(PagedCall call, long tiles) {
    KernelArguments arguments = stream.arguments();
    call.cacheView(arguments);
    arguments
        .pointer(call.out().address())
        .pointer(call.qkv().address())
        .pointer(call.state().firstToken())
        .pointer(call.state().context())
        .pointer(call.state().tokenSequence())
        .pointer(tiles)
        .int32(call.qkv().rowCount())
        .int32(call.shape().heads())
        .int32(call.shape().window())
        .float32(call.shape().scale())
        .int32(call.group())
        .int32(0);
  }

  private Kernel kernel(Tiled variant) {
    return tiledKernels.computeIfAbsent(
        variant,
        missing ->
            library.typed(missing.file, missing.name).withSharedMemory(missing.sharedMemory));
  }

  private void plain(PagedCall call) {
    pagedArguments(call, 0);
    stream.launch(
        library.typed("attention_plain", "attention_plain_paged"),
        plainShape(call.qkv(), call.shape()));
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
    decoding.close();
    groups.close();
  }
}

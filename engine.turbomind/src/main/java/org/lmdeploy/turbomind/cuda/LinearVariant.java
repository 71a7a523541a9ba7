package org.lmdeploy.turbomind.cuda;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.kernel.KernelFiles;
import org.lmdeploy.turbomind.cuda.kernel.VariantList;

/**
 * One of the linear kernels that {@code linear.def} lists.
 *
 * @param file the fat binary that has it
 * @param name its name without the type
 * @param tokens rows of x in a tile
 * @param features rows of the weight in a tile
 * @param threads of a block
 * @param sharedMemory bytes of dynamic shared memory of a block
 * @param cluster blocks of a cluster
 * @param resident blocks that fit on a multiprocessor at once
 * @param hopper whether it takes x by a tensor map, which needs compute capability 9.0
 */
record LinearVariant(
    String file,
    String name,
    int tokens,
    int features,
    int threads,
    int sharedMemory,
    int cluster,
    int resident,
    boolean hopper) {
  private static final int BLOCK_ROW_BYTES = 128;

  /** Tiles with more tokens are fetched by a whole group of warps, which gives registers away. */
  private static final int MOST_TOKENS_ONE_WARP_FETCHES = 128;

  /** All variants that a device can run. */
  static List<LinearVariant> forDevice(Gpu gpu) {
    return of(
        KernelFiles.variants("linear"),
        gpu.computeCapability(),
        gpu.sharedMemoryPerBlock(),
        gpu.sharedMemoryPerMultiprocessor());
  }

  /** Those of a list that a chip can run. */
  static List<LinearVariant> of(
      String list,
      int computeCapability,
      int sharedMemoryPerBlock,
      int sharedMemoryPerMultiprocessor) {
    List<LinearVariant> variants = new ArrayList<>();
    if (computeCapability == Gpu.HOPPER) {
      VariantList.read(list, "LINEAR_WGMMA").forEach(entry -> variants.add(wgmma(entry)));
    }
    VariantList.read(list, "LINEAR_MMA").forEach(entry -> variants.add(mma(entry)));
    return variants.stream()
        .filter(variant -> variant.sharedMemory <= sharedMemoryPerBlock)
        .map(variant -> variant.limitedBy(sharedMemoryPerMultiprocessor))
        .toList();
  }

  /** The same with as many resident blocks as their shared memory allows. */
  private LinearVariant limitedBy(int sharedMemoryPerMultiprocessor) {
    int fit = Gpu.blocksThatFit(sharedMemoryPerMultiprocessor, sharedMemory);
    return new LinearVariant(
        file,
        name,
        tokens,
        features,
        threads,
        sharedMemory,
        cluster,
        Math.min(resident, fit),
        hopper);
  }

  private static LinearVariant wgmma(int[] entry) {
    int tokens = entry[0];
    int features = entry[1];
    int stages = entry[2];
    int cluster = entry[3];
    return new LinearVariant(
        "linear_wgmma",
        "linear_wgmma_%d_%d_%d_%d".formatted(tokens, features, stages, cluster),
        tokens,
        features,
        2 * features + (tokens > MOST_TOKENS_ONE_WARP_FETCHES ? 128 : 32),
        1280 + stages * (features + tokens) * BLOCK_ROW_BYTES,
        cluster,
        entry[4],
        true);
  }

  private static LinearVariant mma(int[] entry) {
    int tokens = entry[0];
    int features = entry[1];
    int stages = entry[2];
    return new LinearVariant(
        "linear_mma",
        "linear_mma_%d_%d_%d".formatted(tokens, features, stages),
        tokens,
        features,
        32 * entry[3] * entry[4],
        stages * (features + tokens) * BLOCK_ROW_BYTES,
        1,
        entry[5],
        false);
  }

  /** Floats of partial sums that a launch of so many blocks needs. */
  long workspaceFloats(int blocks) {
    return 2L * blocks * features * tokens;
  }
}

package org.lmdeploy.turbomind.cuda.driver;

/**
 * How many threads run a kernel.
 *
 * @param gridX blocks
 * @param gridY blocks
 * @param gridZ blocks
 * @param threads threads of a block
 * @param sharedMemory bytes of dynamic shared memory of a block
 * @param cluster neighbouring blocks along x that share their memory; divides {@code gridX}
 */
public record LaunchShape(
    int gridX, int gridY, int gridZ, int threads, int sharedMemory, int cluster) {
  /** A line of blocks without dynamic shared memory. */
  public static LaunchShape of(int blocks, int threads) {
    return new LaunchShape(blocks, 1, 1, threads, 0, 1);
  }

  /** A line of blocks. */
  public static LaunchShape of(int blocks, int threads, int sharedMemory) {
    return new LaunchShape(blocks, 1, 1, threads, sharedMemory, 1);
  }

  /** A plane of blocks. */
  public static LaunchShape plane(int gridX, int gridY, int threads, int sharedMemory) {
    return new LaunchShape(gridX, gridY, 1, threads, sharedMemory, 1);
  }

  /** The same with clusters. */
  public LaunchShape inClustersOf(int blocks) {
    return new LaunchShape(gridX, gridY, gridZ, threads, sharedMemory, blocks);
  }
}

package org.lmdeploy.turbomind.cuda;

/**
 * A kernel and how many blocks run it.
 *
 * @param variant the kernel
 * @param blocks blocks of the grid, a multiple of the cluster
 */
record LinearChoice(LinearVariant variant, int blocks) {
  /** As it is written to disk. */
  String text() {
    return variant.name() + " " + blocks;
  }
}

package org.lmdeploy.api.engine;

import java.util.List;

/**
 * The memory that a model will take, computed before any of it is taken.
 *
 * @param weights bytes of weights: mapped from the file on a device that shares host memory
 * @param activations bytes of activations of the largest step
 * @param vision bytes of activations of the largest vision batch and of the image embeddings that
 *     are kept
 * @param kvBlockBytes bytes of a KV block
 * @param kvBlocks KV blocks at most
 * @param kvBlockTokens tokens of a KV block
 * @param lines the same for people, with the reasons for the number of blocks
 */
public record MemoryPlan(
    long weights,
    long activations,
    long vision,
    long kvBlockBytes,
    int kvBlocks,
    int kvBlockTokens,
    List<String> lines) {
  /** Copies the lines. */
  public MemoryPlan {
    lines = List.copyOf(lines);
  }
}

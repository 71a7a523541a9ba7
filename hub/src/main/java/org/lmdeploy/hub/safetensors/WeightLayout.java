package org.lmdeploy.hub.safetensors;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which files of a folder hold which tensors.
 *
 * @param folder the folder
 * @param files names of the files
 * @param shardOf file of each tensor as an index says; empty if there is no index and every tensor
 *     of every file counts
 */
public record WeightLayout(Path folder, SortedSet<String> files, Map<String, String> shardOf) {
  /** All tensors of the files. */
  public static WeightLayout allOf(Path folder, SortedSet<String> files) {
    return new WeightLayout(folder, files, Map.of());
  }

  /** The tensors that an index names. */
  public static WeightLayout indexed(Path folder, Map<String, String> shardOf) {
    return new WeightLayout(folder, new TreeSet<>(shardOf.values()), shardOf);
  }
}

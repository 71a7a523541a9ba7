package org.lmdeploy.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.hub.safetensors.WeightLayout;

/** Finds the files that hold the weights of a folder or of a repository. */
public final class WeightFiles {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private static final String SUFFIX = ".safetensors";

  private WeightFiles() {}

  /** Whether a folder, which need not be there, holds weights that can be read. */
  static boolean exist(Path folder) {
    return Files.isDirectory(folder) && !ending(names(folder), SUFFIX).isEmpty();
  }

  /** One {@code model.safetensors}, else the shards of an index, else every safetensors file. */
  static WeightLayout find(Path folder) {
    Set<String> names = names(folder);
    SortedSet<String> files = choose(names, folder, folder.toString());
    return isIndexed(names)
        ? WeightLayout.indexed(folder, shardOf(folder))
        : WeightLayout.allOf(folder, files);
  }

  /**
   * Which files hold the weights.
   *
   * @param names names of all files beside each other
   * @param folder where the index lies, if there is one
   * @param where what has these files, for messages
   * @throws InvalidModelException if there are none that are read, or if one is missing
   */
  public static SortedSet<String> choose(Set<String> names, Path folder, String where) {
    if (names.contains(SINGLE)) {
      return new TreeSet<>(Set.of(SINGLE));
    }
    if (!isIndexed(names)) {
      SortedSet<String> files = ending(names, SUFFIX);
      files.removeIf(name -> name.startsWith("adapter_"));
      if (files.isEmpty()) {
        throw noWeights(names, where);
      }
      return files;
    }
    SortedSet<String> shards = new TreeSet<>(shardOf(folder).values());
    for (String shard : shards) {
      if (!names.contains(shard)) {
        throw new InvalidModelException(
            "%s is missing in %s; %s names it. Found %s"
                .formatted(shard, where, INDEX, LocalModelFolders.listed(names)));
      }
    }
    return shards;
  }

  private static boolean isIndexed(Set<String> names) {
    return !names.contains(SINGLE) && names.contains(INDEX);
  }

  private static Map<String, String> shardOf(Path folder) {
    ConfigTree map = JsonFiles.read(folder, INDEX).orElseThrow().child("weight_map");
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (String tensor : map.keys()) {
      String shard = map.text(tensor);
      // a shard lies beside its index; anything else could name any file of the machine
      if (!shard.endsWith(SUFFIX) || shard.contains("/") || shard.contains("\\")) {
        throw map.wrong(
            tensor, shard, "the name of a " + SUFFIX + " file in the same folder is needed");
      }
      shardOf.put(tensor, shard);
    }
    if (shardOf.isEmpty()) {
      throw new InvalidModelException(INDEX + ": weight_map is empty; it has to name the tensors");
    }
    return shardOf;
  }

  private static InvalidModelException noWeights(Set<String> names, String where) {
    for (String suffix : new String[] {".bin", ".pt", ".pth"}) {
      SortedSet<String> pickled = ending(names, suffix);
      if (!pickled.isEmpty()) {
        return new InvalidModelException(
            "the weights in "
                + where
                + " are pickled PyTorch files ("
                + pickled.first()
                + "), which are not read; convert them to safetensors (model.safetensors), for"
                + " example with save_pretrained(..., safe_serialization=True) of transformers");
      }
    }
    return new InvalidModelException(
        "no weights in %s; %s or %s with its files is needed, found %s"
            .formatted(where, SINGLE, INDEX, LocalModelFolders.listed(names)));
  }

  private static SortedSet<String> ending(Set<String> names, String suffix) {
    return names.stream()
        .filter(name -> name.endsWith(suffix))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What lies in a folder; a link that leads nowhere counts as nothing. */
  public static SortedSet<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::exists)
          .map(entry -> entry.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new InvalidModelException(folder + " cannot be listed: " + e.getMessage(), e);
    }
  }
}

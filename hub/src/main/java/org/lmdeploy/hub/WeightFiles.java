package org.lmdeploy.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.hub.safetensors.WeightLayout;

/** Finds the files that hold the weights of a folder. */
final class WeightFiles {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private static final String SUFFIX = ".safetensors";

  private WeightFiles() {}

  /** Whether a folder, which need not be there, holds weights that can be read. */
  static boolean exist(Path folder) {
    return Files.isDirectory(folder) && !named(folder, SUFFIX).isEmpty();
  }

  /** One {@code model.safetensors}, else the shards of an index, else every safetensors file. */
  static WeightLayout find(Path folder) {
    if (Files.exists(folder.resolve(SINGLE))) {
      return WeightLayout.allOf(folder, new TreeSet<>(java.util.Set.of(SINGLE)));
    }
    Optional<ConfigTree> index = JsonFiles.read(folder, INDEX);
    if (index.isPresent()) {
      return indexed(folder, index.get());
    }
    TreeSet<String> files = named(folder, SUFFIX);
    files.removeIf(name -> name.startsWith("adapter_"));
    if (files.isEmpty()) {
      throw noWeights(folder);
    }
    return WeightLayout.allOf(folder, files);
  }

  private static WeightLayout indexed(Path folder, ConfigTree index) {
    ConfigTree map = index.child("weight_map");
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
    for (String shard : new TreeSet<>(shardOf.values())) {
      if (!Files.isRegularFile(folder.resolve(shard))) {
        throw new InvalidModelException(
            shard
                + " is missing in "
                + folder
                + "; "
                + INDEX
                + " names it. Found "
                + LocalModelFolders.found(folder));
      }
    }
    return WeightLayout.indexed(folder, shardOf);
  }

  private static InvalidModelException noWeights(Path folder) {
    for (String suffix : new String[] {".bin", ".pt", ".pth"}) {
      TreeSet<String> pickled = named(folder, suffix);
      if (!pickled.isEmpty()) {
        return new InvalidModelException(
            "the weights in "
                + folder
                + " are pickled PyTorch files ("
                + pickled.first()
                + "), which are not read; convert them to safetensors (model.safetensors), for"
                + " example with save_pretrained(..., safe_serialization=True) of transformers");
      }
    }
    return new InvalidModelException(
        "no weights in "
            + folder
            + "; "
            + SINGLE
            + " or "
            + INDEX
            + " with its files is needed,"
            + " found "
            + LocalModelFolders.found(folder));
  }

  private static TreeSet<String> named(Path folder, String suffix) {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> entries = Files.list(folder)) {
      entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.endsWith(suffix))
          .forEach(names::add);
    } catch (IOException e) {
      throw new InvalidModelException(folder + " cannot be listed: " + e.getMessage(), e);
    }
    return names;
  }
}

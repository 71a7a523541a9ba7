package org.lmdeploy.hub.write;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes the weights of a folder: one file, or several with the index that names their tensors. */
final class Shards {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Shards() {}

  /**
   * Writes them in this order.
   *
   * @param mostBytes a new shard begins before a file's tensors grow beyond this
   */
  static <T extends StoredTensor> void write(
      Path folder, List<T> tensors, long mostBytes, SafetensorsWriter.Sources<T> sources)
      throws IOException {
    List<List<T>> shards = split(tensors, mostBytes);
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String name =
          shards.size() == 1
              ? "model.safetensors"
              : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
      SafetensorsWriter.write(folder.resolve(name), shards.get(i), sources);
      shards.get(i).forEach(tensor -> shardOf.put(tensor.name(), name));
    }
    if (shards.size() > 1) {
      Map<String, Object> index = new LinkedHashMap<>();
      index.put(
          "metadata", Map.of("total_size", tensors.stream().mapToLong(StoredTensor::bytes).sum()));
      index.put("weight_map", shardOf);
      JSON.writeValue(folder.resolve("model.safetensors.index.json"), index);
    }
  }

  private static <T extends StoredTensor> List<List<T>> split(List<T> tensors, long mostBytes) {
    List<List<T>> shards = new ArrayList<>();
    long used = Long.MAX_VALUE;
    for (T tensor : tensors) {
      if (shards.isEmpty() || used > mostBytes - tensor.bytes()) {
        shards.add(new ArrayList<>());
        used = 0;
      }
      shards.getLast().add(tensor);
      used += tensor.bytes();
    }
    return shards;
  }
}

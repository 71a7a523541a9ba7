package org.lmdeploy.hub.safetensors;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.weights.Checkpoint;

/** The tensors of one or more mapped safetensors files. */
public final class SafetensorsCheckpoint implements Checkpoint {
  private static final int MAX_SIMILAR = 5;

  private final Arena arena;
  private final Map<String, SafetensorsFile> fileOf;

  private SafetensorsCheckpoint(Arena arena, Map<String, SafetensorsFile> fileOf) {
    this.arena = arena;
    this.fileOf = fileOf;
  }

  /**
   * Maps the files of a layout.
   *
   * @throws InvalidModelException if one of them is damaged or lacks a tensor that the index names
   */
  public static SafetensorsCheckpoint open(WeightLayout layout) {
    Arena arena = Arena.ofShared();
    try {
      Map<String, SafetensorsFile> files = new LinkedHashMap<>();
      for (String name : layout.files()) {
        files.put(name, SafetensorsFile.map(layout.folder().resolve(name), arena));
      }
      Map<String, SafetensorsFile> fileOf =
          layout.shardOf().isEmpty() ? everything(files) : indexed(files, layout.shardOf());
      return new SafetensorsCheckpoint(arena, fileOf);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(fileOf.keySet());
  }

  /**
   * A tensor as it is stored, of whatever type.
   *
   * @param type its element type as the format spells it
   * @param shape sizes of its dimensions
   * @param data its bytes; mapped, they go with the checkpoint
   */
  public record Stored(String type, Shape shape, MemorySegment data) {}

  /** A tensor as it is stored; the types that {@link #tensor} refuses too. */
  public Stored stored(String name) {
    SafetensorsFile file = file(name);
    TensorEntry entry = file.entries().get(name);
    return new Stored(entry.type().name(), entry.shape(), file.bytes(entry));
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = fileOf.get(name);
    if (file == null) {
      throw new InvalidModelException("the checkpoint has no tensor " + name + similar(name));
    }
    return file;
  }

  @Override
  public HostTensor tensor(String name) {
    SafetensorsFile file = file(name);
    TensorEntry entry = file.entries().get(name);
    DType dtype =
        entry
            .type()
            .dtype()
            .orElseThrow(
                () ->
                    new InvalidModelException(
                        file.name()
                            + ": tensor "
                            + name
                            + " has the type "
                            + entry.type()
                            + ", which cannot be used; float types are F32, F16 and BF16"));
    return new HostTensor(dtype, entry.shape(), file.bytes(entry));
  }

  @Override
  public long bytes() {
    return fileOf.entrySet().stream()
        .mapToLong(named -> named.getValue().entries().get(named.getKey()).bytes())
        .sum();
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private static Map<String, SafetensorsFile> everything(Map<String, SafetensorsFile> files) {
    Map<String, SafetensorsFile> fileOf = new TreeMap<>();
    for (SafetensorsFile file : files.values()) {
      for (String tensor : file.entries().keySet()) {
        SafetensorsFile other = fileOf.put(tensor, file);
        if (other != null) {
          throw new InvalidModelException(
              "tensor "
                  + tensor
                  + " is in "
                  + other.name()
                  + " and in "
                  + file.name()
                  + "; model.safetensors.index.json would say which one counts");
        }
      }
    }
    return fileOf;
  }

  private static Map<String, SafetensorsFile> indexed(
      Map<String, SafetensorsFile> files, Map<String, String> shardOf) {
    Map<String, SafetensorsFile> fileOf = new TreeMap<>();
    shardOf.forEach(
        (tensor, shard) -> {
          SafetensorsFile file = files.get(shard);
          if (!file.entries().containsKey(tensor)) {
            throw new InvalidModelException(
                "tensor " + tensor + " is missing in " + shard + ", where the index places it");
          }
          fileOf.put(tensor, file);
        });
    return fileOf;
  }

  /** Names with the same last two parts, which shows a prefix that differs. */
  private String similar(String name) {
    String[] parts = name.split("\\.");
    String tail = parts.length < 2 ? name : parts[parts.length - 2] + "." + parts[parts.length - 1];
    String similar =
        fileOf.keySet().stream()
            .filter(other -> other.endsWith(tail))
            .limit(MAX_SIMILAR)
            .collect(Collectors.joining(", "));
    return similar.isEmpty() ? "" : "; it has " + similar;
  }
}

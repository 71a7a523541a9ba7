package org.lmdeploy.hub.write;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes safetensors files with little memory, in parts that all processors make and write at once.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 64;

  private SafetensorsWriter() {}

  /** Gives the bytes of a tensor, part by part, in any order and for several threads at once. */
  @FunctionalInterface
  public interface Source {
    /**
     * Fills a part of the tensor.
     *
     * @param offset where the part begins in the tensor, in bytes: a multiple of 8 MiB
     */
    void fill(MemorySegment part, long offset);
  }

  /** Opens the source of a tensor's bytes. */
  @FunctionalInterface
  public interface Sources<T> {
    /** The bytes of a tensor. */
    Source of(T tensor);
  }

  /** Writes one file that holds the tensors in this order. An existing file is replaced. */
  public static <T extends StoredTensor> void write(Path file, List<T> tensors, Sources<T> sources)
      throws IOException {
    byte[] header = header(tensors);
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        PartWriters writers = new PartWriters(channel)) {
      ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
      PartWriters.writeFully(channel, start.putLong(header.length).put(header).flip(), 0);
      long position = 8L + header.length;
      for (T tensor : tensors) {
        Source source = sources.of(tensor);
        for (long offset = 0; offset < tensor.bytes(); offset += PartWriters.MOST_BYTES) {
          writers.write(
              source,
              offset,
              (int) Math.min(tensor.bytes() - offset, PartWriters.MOST_BYTES),
              position + offset);
        }
        position += tensor.bytes();
      }
      writers.finish();
    }
  }

  private static byte[] header(List<? extends StoredTensor> tensors) {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("__metadata__", Map.of("format", "pt"));
    long position = 0;
    for (StoredTensor tensor : tensors) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", tensor.type());
      entry.put("shape", tensor.shape().toArray());
      entry.put("data_offsets", new long[] {position, position + tensor.bytes()});
      position += tensor.bytes();
      if (entries.put(tensor.name(), entry) != null) {
        throw new IllegalArgumentException("two tensors have the name " + tensor.name());
      }
    }
    byte[] json = new JsonMapper().writeValueAsBytes(entries);
    // the format allows spaces behind the object: with them the data begins aligned
    int padding = (ALIGNMENT - (8 + json.length) % ALIGNMENT) % ALIGNMENT;
    byte[] padded = java.util.Arrays.copyOf(json, json.length + padding);
    java.util.Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }
}

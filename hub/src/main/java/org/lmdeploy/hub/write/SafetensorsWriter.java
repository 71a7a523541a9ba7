package org.lmdeploy.hub.write;

import java.io.IOException;
import java.lang.foreign.Arena;
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

/** Writes safetensors files, one tensor after the other, with little memory. */
public final class SafetensorsWriter {
  private static final int CHUNK = 8 << 20;
  private static final int ALIGNMENT = 64;

  private SafetensorsWriter() {}

  /** Gives the bytes of a tensor, part by part, in order. */
  @FunctionalInterface
  public interface Source {
    /** Fills the next bytes of the tensor that is being written. */
    void fill(MemorySegment part);
  }

  /** Opens the source of a tensor's bytes. */
  @FunctionalInterface
  public interface Sources {
    /** The bytes of a tensor. */
    Source of(TensorSpec tensor);
  }

  /** Writes one file that holds the tensors in this order. An existing file is replaced. */
  public static void write(Path file, List<TensorSpec> tensors, Sources sources)
      throws IOException {
    byte[] header = header(tensors);
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
      writeFully(channel, start.putLong(header.length).put(header).flip());
      MemorySegment chunk = arena.allocate(CHUNK);
      for (TensorSpec tensor : tensors) {
        Source source = sources.of(tensor);
        for (long left = tensor.bytes(); left > 0; left -= CHUNK) {
          MemorySegment part = chunk.asSlice(0, Math.min(left, CHUNK));
          source.fill(part);
          writeFully(channel, part.asByteBuffer());
        }
      }
    }
  }

  private static byte[] header(List<TensorSpec> tensors) {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("__metadata__", Map.of("format", "pt"));
    long position = 0;
    for (TensorSpec tensor : tensors) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", tensor.dtype().name());
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

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}

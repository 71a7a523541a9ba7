package org.lmdeploy.hub.safetensors;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.error.InvalidModelException;

/**
 * One mapped safetensors file.
 *
 * @param name its name, for messages
 * @param entries its tensors by name
 * @param data the bytes behind the header
 */
record SafetensorsFile(String name, Map<String, TensorEntry> entries, MemorySegment data) {
  private static final long LENGTH_BYTES = 8;

  /** The format's own limit; it also keeps a damaged length from taking all memory. */
  private static final long MAX_HEADER = 100_000_000;

  static SafetensorsFile map(Path path, Arena arena) {
    String name = path.getFileName().toString();
    if (!Files.isRegularFile(path)) {
      throw new InvalidModelException(path + " is no file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      long headerBytes = headerLength(name, channel, size);
      byte[] header = new byte[Math.toIntExact(headerBytes)];
      readFully(name, channel, ByteBuffer.wrap(header), LENGTH_BYTES);
      long dataBytes = size - LENGTH_BYTES - headerBytes;
      Map<String, TensorEntry> entries =
          contiguous(name, HeaderParser.parse(name, header), dataBytes);
      MemorySegment file = channel.map(MapMode.READ_ONLY, 0, size, arena);
      return new SafetensorsFile(
          name, entries, file.asSlice(LENGTH_BYTES + headerBytes, dataBytes));
    } catch (IOException e) {
      throw new InvalidModelException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The bytes of one of the entries. */
  MemorySegment bytes(TensorEntry entry) {
    return data.asSlice(entry.begin(), entry.bytes());
  }

  private static long headerLength(String name, FileChannel channel, long size) throws IOException {
    if (size < LENGTH_BYTES) {
      throw new InvalidModelException(
          name
              + " has "
              + size
              + " bytes; a safetensors file begins with 8 bytes of header length");
    }
    ByteBuffer length = ByteBuffer.allocate((int) LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(name, channel, length, 0);
    long bytes = length.getLong(0);
    if (bytes < 2 || bytes > MAX_HEADER) {
      throw new InvalidModelException(
          name
              + " says its header has "
              + Long.toUnsignedString(bytes)
              + " bytes; 2 to "
              + MAX_HEADER
              + " are possible. This is no safetensors file or it is damaged");
    }
    if (bytes > size - LENGTH_BYTES) {
      throw new InvalidModelException(
          name + " is truncated: its header needs " + bytes + " bytes, the file has " + size);
    }
    return bytes;
  }

  private static void readFully(String name, FileChannel channel, ByteBuffer buffer, long from)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new EOFException(name + " became shorter while it was read");
      }
    }
  }

  /** Checks that the tensors cover the data without gap or overlap. */
  private static Map<String, TensorEntry> contiguous(
      String file, List<TensorEntry> entries, long dataBytes) {
    List<TensorEntry> ordered =
        entries.stream()
            .sorted(
                Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end))
            .toList();
    Map<String, TensorEntry> byName = new LinkedHashMap<>();
    long position = 0;
    for (TensorEntry entry : ordered) {
      String where = file + ": tensor " + entry.name();
      if (entry.end() > dataBytes) {
        throw new InvalidModelException(
            where
                + " ends at byte "
                + entry.end()
                + " of the data, the file has only "
                + dataBytes
                + "; it is truncated or its offsets are wrong");
      }
      if (entry.begin() != position) {
        throw new InvalidModelException(
            where
                + " begins at byte "
                + entry.begin()
                + ", "
                + (entry.begin() < position
                    ? "inside the tensor before it, which ends at "
                    : "behind a gap: the tensor before it ends at ")
                + position);
      }
      position = entry.end();
      byName.put(entry.name(), entry);
    }
    if (position != dataBytes) {
      throw new InvalidModelException(
          file + " has " + (dataBytes - position) + " bytes behind its last tensor");
    }
    return byName;
  }
}

package org.lmdeploy.hub.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Safetensors files made by hand, good ones and damaged ones. */
final class SafetensorsFixture {
  /** Two tensors over 12 bytes of data. */
  static final String GOOD =
      """
      {"__metadata__":{"format":"pt"},\
      "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},\
      "b":{"dtype":"BF16","shape":[1,2],"data_offsets":[8,12]}}\
      """;

  private SafetensorsFixture() {}

  static byte[] file(String header, int dataBytes) {
    return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  static byte[] file(byte[] header, int dataBytes) {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header);
    for (int i = 0; i < dataBytes; i++) {
      bytes.put((byte) i);
    }
    return bytes.array();
  }

  static SafetensorsCheckpoint open(Path folder, byte[] file) throws IOException {
    Files.write(folder.resolve("model.safetensors"), file);
    return SafetensorsCheckpoint.open(
        WeightLayout.allOf(folder, new TreeSet<>(Set.of("model.safetensors"))));
  }
}

package org.lmdeploy.benchmark.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Memory of this process that is in the machine's memory.
 *
 * @param total all of it, bytes
 * @param files mapped files, the checkpoint above all
 * @param anonymous heap, KV cache, activations, compiled code
 */
public record ResidentMemory(long total, long files, long anonymous) {
  private static final Path LINUX_STATUS = Path.of("/proc/self/status");

  /** Of this moment; empty where the system does not tell. */
  static Optional<ResidentMemory> now() throws IOException {
    if (!Files.isReadable(LINUX_STATUS)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(LINUX_STATUS)) {
      Map<String, Long> bytes =
          lines
              .filter(line -> line.startsWith("VmRSS:") || line.startsWith("Rss"))
              .map(line -> line.split("\\s+"))
              .collect(Collectors.toMap(part -> part[0], part -> Long.parseLong(part[1]) * 1024));
      return Optional.of(
          new ResidentMemory(bytes.get("VmRSS:"), bytes.get("RssFile:"), bytes.get("RssAnon:")));
    }
  }
}

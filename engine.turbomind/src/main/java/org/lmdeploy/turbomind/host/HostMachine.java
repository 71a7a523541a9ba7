package org.lmdeploy.turbomind.host;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.lmdeploy.api.ops.DeviceInfo;

/** What is known about the machine's processors and memory. */
final class HostMachine {
  private static final Path LINUX_MEMORY = Path.of("/proc/meminfo");

  private HostMachine() {}

  static DeviceInfo describe(String id) {
    int threads = Runtime.getRuntime().availableProcessors();
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    return new DeviceInfo(
        id,
        id,
        threads + " processors, " + bits + "-bit vectors, " + System.getProperty("os.arch"),
        system().getTotalMemorySize(),
        true,
        List.of("Java Vector API, fp32 activations and KV cache", threads + " compute threads"));
  }

  /**
   * Memory that can still be had, caches that the system would give up included (which the JVM's
   * own figure leaves out on Linux, where a mapped checkpoint is such a cache).
   */
  static long availableMemory() {
    if (Files.isReadable(LINUX_MEMORY)) {
      try (Stream<String> lines = Files.lines(LINUX_MEMORY)) {
        return lines
            .filter(line -> line.startsWith("MemAvailable:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
            .map(bytes -> Math.min(bytes, system().getTotalMemorySize()))
            .findFirst()
            .orElseGet(() -> system().getFreeMemorySize());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + LINUX_MEMORY, e);
      }
    }
    return system().getFreeMemorySize();
  }

  private static OperatingSystemMXBean system() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  }
}

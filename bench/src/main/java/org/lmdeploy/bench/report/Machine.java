package org.lmdeploy.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;

/**
 * Where a benchmark ran.
 *
 * @param processor name of the processor
 * @param processors how many of them this process may use
 * @param vectorBits width of a vector
 * @param jvm name and version of the Java virtual machine
 * @param system name and version of the operating system
 */
public record Machine(String processor, int processors, int vectorBits, String jvm, String system) {
  private static final Path LINUX_PROCESSORS = Path.of("/proc/cpuinfo");
  private static final Path LINUX_LOAD = Path.of("/proc/loadavg");

  /** This machine. */
  public static Machine here() throws IOException {
    return new Machine(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        FloatVector.SPECIES_PREFERRED.vectorBitSize(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  /** Processes that ran or waited for a processor, averaged over the last minute; -1 if unknown. */
  public static double load() throws IOException {
    return Files.isReadable(LINUX_LOAD)
        ? Double.parseDouble(Files.readString(LINUX_LOAD).split(" ")[0])
        : -1;
  }

  private static String processorName() throws IOException {
    if (Files.isReadable(LINUX_PROCESSORS)) {
      try (Stream<String> lines = Files.lines(LINUX_PROCESSORS)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      }
    }
    return System.getProperty("os.arch");
  }
}

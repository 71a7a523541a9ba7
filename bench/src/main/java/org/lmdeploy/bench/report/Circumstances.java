package org.lmdeploy.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.ops.DeviceInfo;

/**
 * How and where a benchmark was run: what its report begins with.
 *
 * @param benchmark its name
 * @param command how to repeat it
 * @param version of this platform
 * @param date when it began
 * @param machine where it ran
 */
public record Circumstances(
    String benchmark, String command, String version, Instant date, Machine machine) {
  /** Those of this process now. */
  public static Circumstances now(String benchmark, String command, String version) {
    try {
      return new Circumstances(
          benchmark,
          command,
          version,
          Instant.now().truncatedTo(ChronoUnit.SECONDS),
          Machine.here());
    } catch (IOException e) {
      throw new UncheckedIOException("the machine cannot be described", e);
    }
  }

  /** For a JSON report. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("benchmark", benchmark);
    map.put("command", command);
    map.put("date", date.toString());
    map.put("version", version);
    Map<String, Object> where = new LinkedHashMap<>();
    where.put("processor", machine.processor());
    where.put("processors", machine.processors());
    where.put("vector_bits", machine.vectorBits());
    where.put("system", machine.system());
    where.put("jvm", machine.jvm());
    where.put("jvm_flags", ManagementFactory.getRuntimeMXBean().getInputArguments());
    map.put("machine", where);
    return map;
  }

  /** A device for a JSON report. */
  public static Map<String, Object> toMap(DeviceInfo device) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", device.id());
    map.put("description", device.description());
    map.put("total_memory_bytes", device.totalMemory());
    map.put("details", device.details());
    return map;
  }

  /** The first lines of a printed report. */
  public List<String> lines() {
    return List.of(
        "command: " + command,
        "date: " + date + ", LMDeploy for Java " + version,
        "machine: %s, %d processors; %s; %s"
            .formatted(machine.processor(), machine.processors(), machine.system(), machine.jvm()));
  }
}

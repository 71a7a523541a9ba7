package org.lmdeploy.shell.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.ops.DeviceProvider;
import org.lmdeploy.bench.ceiling.CeilingSource;
import org.lmdeploy.bench.ceiling.MeasuredCeilings;
import org.lmdeploy.bench.report.Circumstances;
import org.lmdeploy.bench.report.CsvReport;
import org.lmdeploy.bench.report.JsonReport;
import org.lmdeploy.shell.Platform;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where a benchmark's report goes, and what its figures are compared with. */
final class ReportFlags {
  private static final String ENVIRONMENT = "LMDEPLOY_JAVA_OPTS";

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Append the figures there, in LMDeploy's columns.")
  private Path csv;

  @Option(
      names = {"--output-file", "--json"},
      paramLabel = "FILE",
      description = "Write all that was measured there as JSON.")
  private Path json;

  @Option(
      names = "--copy-bandwidth",
      paramLabel = "GB/S",
      description = "The device's memory bandwidth, measured by another tool in the same run.")
  private Double bandwidth;

  @Option(
      names = "--matrix-rate",
      paramLabel = "TFLOP/S",
      description = "The device's rate of matrix products, measured likewise.")
  private Double matrixRate;

  /** Where ceilings come from. */
  CeilingSource ceilings(Platform platform) {
    return new CeilingSource(
        given("--copy-bandwidth", bandwidth, 1e9),
        given("--matrix-rate", matrixRate, 1e12),
        device -> measuredByDevice(platform, device));
  }

  /** Refuses one ceiling without the other where nobody can measure it. */
  void requireBothCeilings() {
    if ((bandwidth == null) != (matrixRate == null)) {
      throw new InvalidRequestException(
          "copy-bandwidth",
          "--copy-bandwidth and --matrix-rate go together: the server's device cannot be measured");
    }
  }

  /** What a device measures of itself. */
  private static Optional<MeasuredCeilings> measuredByDevice(Platform platform, DeviceInfo device) {
    return platform.all(DeviceProvider.class).stream()
        .filter(provider -> provider.kind().equals(device.kind()))
        .findFirst()
        .flatMap(provider -> provider.ceilings(device.id()))
        .map(
            found ->
                new MeasuredCeilings(found.copyBytesPerSecond(), found.matrixFlops(), found.how()));
  }

  private static OptionalDouble given(String flag, Double value, double unit) {
    if (value != null && !(value > 0)) {
      throw new InvalidRequestException(
          flag.substring(2), flag + " is " + value + "; it must be above 0");
    }
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value * unit);
  }

  /** How and where the command was run. */
  static Circumstances circumstances(String benchmark, CommandSpec spec, Platform platform) {
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    String options = System.getenv(ENVIRONMENT);
    String command =
        Stream.concat(Stream.of("lmdeploy"), arguments.stream())
            .map(ReportFlags::quoted)
            .collect(Collectors.joining(" "));
    return Circumstances.now(
        benchmark,
        options == null ? command : ENVIRONMENT + "=" + quoted(options) + " " + command,
        platform.context().getBundle().getVersion().toString());
  }

  private static String quoted(String argument) {
    return argument.matches("[A-Za-z0-9_./:=,+@%-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }

  /** Writes the files that were asked for. */
  void write(Map<String, Object> report, List<Map<String, Object>> csvRows) {
    if (json != null) {
      JsonReport.write(json, report);
    }
    if (csv != null) {
      csvRows.forEach(row -> CsvReport.append(csv, row));
    }
  }
}

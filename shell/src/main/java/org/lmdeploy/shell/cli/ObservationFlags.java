package org.lmdeploy.shell.cli;

import java.util.OptionalInt;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.server.http.ReportOptions;
import picocli.CommandLine.Option;

/** What the server tells of itself, and how. */
final class ObservationFlags {
  @Option(names = "--log-level", paramLabel = "LEVEL", description = "${COMPLETION-CANDIDATES}.")
  private LogLevel logLevel;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description =
          "How lines of the log look: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private LogFormat logFormat = LogFormat.text;

  @Option(
      names = "--max-log-len",
      paramLabel = "N",
      description =
          "Log the first N characters of each prompt with level INFO (default: prompts are logged"
              + " with level DEBUG only).")
  private Integer maxLogLen;

  @Option(
      names = "--disable-metrics",
      description = "Have no /metrics, and no lines about throughput in the log.")
  private boolean disableMetrics;

  @Option(
      names = "--enable-metrics",
      description = "Have them, which is the default: the flag of earlier versions of LMDeploy.")
  private boolean enableMetrics;

  @Option(names = "--disable-fastapi-docs", description = "Have no /docs and no /openapi.json.")
  private boolean disableDocs;

  /** Sets up the log. */
  void applyToLog() {
    logFormat.apply();
    if (logLevel != null) {
      logLevel.apply();
    }
  }

  /** The level that was asked for; null for what the configuration says. */
  LogLevel logLevel() {
    return logLevel;
  }

  /** The same for the server. */
  ReportOptions toOptions() {
    if (disableMetrics && enableMetrics) {
      throw new InvalidRequestException(
          "enable-metrics", "--enable-metrics and --disable-metrics are both given; give one");
    }
    OptionalInt length = maxLogLen == null ? OptionalInt.empty() : OptionalInt.of(maxLogLen);
    return new ReportOptions(!disableMetrics, !disableDocs, length);
  }
}

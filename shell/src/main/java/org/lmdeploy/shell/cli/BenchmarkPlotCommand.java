package org.lmdeploy.shell.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.bench.plot.Chart;
import org.lmdeploy.bench.plot.ReportChart;
import org.lmdeploy.bench.plot.SvgChart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lmdeploy benchmark plot FILE...}. */
@Command(
    name = "plot",
    description = "Draw JSON reports of benchmarks as an SVG file, a series for each report.")
final class BenchmarkPlotCommand implements Callable<Integer> {
  /** How values are drawn. */
  enum Kind {
    bars,
    lines
  }

  @Mixin private HelpFlag help;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Reports of one benchmark.")
  private List<Path> files;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The SVG file.")
  private Path out;

  @Option(
      names = "--metric",
      paramLabel = "FIELD",
      description =
          "A field of the results, for example ttft_ms.p99 (default: tokens in a second).")
  private String metric;

  @Option(
      names = "--labels",
      arity = "1..*",
      split = ",",
      paramLabel = "NAME",
      description = "Names of the reports (default: their files').")
  private List<String> labels = List.of();

  @Option(names = "--title", paramLabel = "TEXT", description = "The title.")
  private String title = "LMDeploy for Java";

  @Option(names = "--kind", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Kind kind = Kind.bars;

  BenchmarkPlotCommand() {}

  @Override
  public Integer call() {
    Chart chart = ReportChart.of(files, labels, Optional.ofNullable(metric), title);
    String svg = kind == Kind.bars ? SvgChart.bars(chart) : SvgChart.lines(chart);
    try {
      Files.writeString(out, svg);
    } catch (IOException e) {
      throw new InvalidRequestException(
          "out", "The file " + out + " cannot be written: " + e.getMessage(), e);
    }
    return 0;
  }
}

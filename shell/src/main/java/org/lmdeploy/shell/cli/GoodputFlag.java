package org.lmdeploy.shell.cli;

import java.util.List;
import org.lmdeploy.bench.figure.Slo;
import picocli.CommandLine.Option;

/** {@code --goodput} of the benchmarks whose requests have times of their own. */
final class GoodputFlag {
  @Option(
      names = "--goodput",
      arity = "1..*",
      paramLabel = "NAME:MS",
      description =
          "Longest times that requests must keep to count for goodput: ttft:MS, tpot:MS, e2el:MS.")
  private List<String> goodput = List.of();

  /** What a request must keep to count; nothing, without the flag. */
  Slo toSlo() {
    return Slo.parse(goodput);
  }
}

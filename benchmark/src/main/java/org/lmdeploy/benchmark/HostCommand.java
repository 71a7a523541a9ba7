package org.lmdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.lmdeploy.benchmark.host.HostBenchmark;
import org.lmdeploy.benchmark.host.HostReport;
import org.lmdeploy.benchmark.host.TextReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Measures the engine on the host device and the machine's limits, in turns. */
@Command(
    name = "host",
    mixinStandardHelpOptions = true,
    description =
        "Measures decoding at batch 1 and 16 and a prefill of 512 tokens on the host device, and"
            + " the machine's read bandwidth and FMA peak before and after each reading.")
final class HostCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "a model folder with a text decoder")
  private Path model;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "how often each is measured (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--warm-up",
      defaultValue = "6",
      description = "most rounds of warming up until times are stable (default: ${DEFAULT-VALUE})")
  private int warmUp;

  @Option(names = "--json", description = "write everything that was measured to this file")
  private Path json;

  @Option(names = "--markdown", description = "append the report to this file")
  private Path markdown;

  @Spec private CommandSpec spec;

  HostCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    String command =
        "benchmark/run "
            + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    HostReport report =
        new HostBenchmark(model, Math.max(1, rounds), Math.max(1, warmUp), System.err::println)
            .run(command);
    String text = TextReport.of(report);
    System.out.println(text);
    if (json != null) {
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build()
          .writeValue(json, report);
    }
    if (markdown != null) {
      Files.writeString(
          markdown, text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    return 0;
  }
}

package org.lmdeploy.benchmark.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.lmdeploy.bench.report.Machine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes what was measured, with the command that gives it and the machine. */
final class ServerReport {
  @Option(names = "--markdown", description = "append the report to this file")
  private Path markdown;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  void write(String title, List<String> lines) throws IOException {
    String command =
        "benchmark/run "
            + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    StringBuilder text = new StringBuilder();
    text.append("## ").append(title).append(", ");
    text.append(
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
            .format(ZonedDateTime.now(ZoneOffset.UTC)));
    text.append("\n\n- command: `").append(command).append("`\n");
    Machine machine = Machine.here();
    text.append(
        String.format(
            Locale.ROOT,
            "- machine: %s, %d processors; %s; %s; load average at the end: %.1f%n",
            machine.processor(),
            machine.processors(),
            machine.jvm(),
            machine.system(),
            Machine.load()));
    lines.forEach(line -> text.append("- ").append(line).append('\n'));
    System.out.println(text);
    if (markdown != null) {
      Files.writeString(
          markdown, text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }
}

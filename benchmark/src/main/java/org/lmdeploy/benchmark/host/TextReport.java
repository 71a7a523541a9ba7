package org.lmdeploy.benchmark.host;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.DoubleSummaryStatistics;
import java.util.Locale;
import java.util.Optional;
import org.lmdeploy.bench.report.Machine;

/** A report as Markdown, which reads well on a terminal too. */
public final class TextReport {
  private static final double GIGA = 1e9;
  private static final double MIB = 1 << 20;
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final StringBuilder out = new StringBuilder();

  private TextReport() {}

  /** The report as text. */
  public static String of(HostReport report) {
    TextReport text = new TextReport();
    text.circumstances(report);
    text.results(report);
    text.memory("after the first prefill of 512 tokens", report.afterPrefill());
    text.memory("after warming up", report.afterWarmUp());
    return text.out.toString();
  }

  private void circumstances(HostReport report) {
    Machine machine = report.machine();
    DoubleSummaryStatistics load =
        report.results().stream()
            .flatMap(result -> result.readings().stream())
            .mapToDouble(Reading::load)
            .summaryStatistics();
    line("## Host device, %s", MINUTE.format(report.date()));
    line("");
    line("- command: `%s`", report.command());
    line(
        "- machine: %s, %d processors, %d-bit vectors; %s; %s",
        machine.processor(),
        machine.processors(),
        machine.vectorBits(),
        machine.jvm(),
        machine.system());
    line("- load average of the machine meanwhile: %.1f to %.1f", load.getMin(), load.getMax());
    line(
        "- start: loaded in %.1f s, first token of the first prompt %.1f s later; %d rounds of"
            + " warming up",
        report.start().load(), report.start().firstToken(), report.warmUpRounds());
    line("");
  }

  private void results(HostReport report) {
    line(
        "| work | tokens/s best | median | ceiling best | median | share best | median | goal |"
            + " processors had |");
    line("|---|---|---|---|---|---|---|---|---|");
    for (Result result : report.results()) {
      Job job = result.job();
      line(
          "| %s | %.2f | %.2f | %.1f %s | %.1f | %.0f %% | %.0f %% | %.0f %% | %.2f |",
          job.title(),
          result.bestTokens(),
          result.medianTokens(),
          result.bestCeiling() / GIGA,
          job.isBoundByMemory() ? "GB/s read" : "GFLOP/s FMA",
          result.medianCeiling() / GIGA,
          100 * result.bestShare(),
          100 * result.medianShare(),
          100 * job.goal(),
          result.processors());
    }
    line("");
    line("Best share: fastest step against best ceiling. Median share: each reading's median step");
    line("against the ceilings measured right before and after it.");
    line("");
  }

  private void memory(String when, Optional<Footprint> footprint) {
    footprint.ifPresent(
        memory ->
            line(
                "- resident memory %s: %.0f MiB (files %.0f, anonymous %.0f) = %.2f x (checkpoint"
                    + " %.0f MiB + KV cache %.0f MiB); goal: below %.2f",
                when,
                memory.resident().total() / MIB,
                memory.resident().files() / MIB,
                memory.resident().anonymous() / MIB,
                memory.ratio(),
                memory.checkpoint() / MIB,
                memory.kv() / MIB,
                Footprint.GOAL));
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}

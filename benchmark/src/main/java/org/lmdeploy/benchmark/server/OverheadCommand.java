package org.lmdeploy.benchmark.server;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the processor time that the server takes for a streamed token. */
@Command(
    name = "server-overhead",
    mixinStandardHelpOptions = true,
    description =
        "Measures the processor time of the HTTP server for each streamed token: that of its"
            + " process without the thread that gives tokens at a fixed rate, the clients being"
            + " in another process. The ceiling is that of writing as many bytes to bare sockets.")
public final class OverheadCommand implements Callable<Integer> {
  private static final double MICROS = 1e-3;

  @Option(
      names = "--streams",
      defaultValue = "64",
      description = "streams at the same time (default: ${DEFAULT-VALUE})")
  private int streams;

  @Option(
      names = "--rate",
      defaultValue = "25",
      description = "tokens a second of each stream (default: ${DEFAULT-VALUE})")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "how long is measured, twice (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "30",
      description = "seconds before that (default: ${DEFAULT-VALUE})")
  private int warmUp;

  @Mixin private ServerReport report;

  /**
   * What a part of the run took.
   *
   * @param micros processor time of a token without the engine's
   * @param engineMicros the engine's
   * @param tokens how many there were
   */
  private record Cost(double micros, double engineMicros, long tokens) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (ChildProcess child = new ChildProcess(rate)) {
      int most = (warmUp + 2 * seconds + 60) * rate;
      List<Clients.Drain> drains = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        Socket socket = Clients.connect(child.port());
        Clients.ask(socket, "stream " + i, most);
        drains.add(new Clients.Drain(socket));
      }
      TimeUnit.SECONDS.sleep(warmUp);
      List<String> lines = new ArrayList<>();
      long bytes = bytes(drains);
      Cost server;
      try (HealthProbe health = new HealthProbe(child.port())) {
        server = measure(child);
        lines.add("`/health` meanwhile: " + health.summary());
      }
      int event = (int) ((bytes(drains) - bytes) / server.tokens());
      for (Clients.Drain drain : drains) {
        drain.close();
      }
      Cost bare = bare(child, event);
      lines.add(0, line("server", server));
      lines.add(1, line("bare sockets, " + event + " bytes a token", bare));
      lines.add(
          2,
          String.format(
              Locale.ROOT,
              "the server takes %.1f times the ceiling; goal: below 200 µs a token",
              server.micros() / bare.micros()));
      report.write("HTTP server, " + streams + " streams of " + rate + " tokens/s", lines);
      return 0;
    }
  }

  private Cost bare(ChildProcess child, int bytes) throws IOException, InterruptedException {
    int port = (int) child.ask("floor " + bytes)[0];
    List<Clients.Drain> drains = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      drains.add(new Clients.Drain(Clients.connect(port)));
    }
    TimeUnit.SECONDS.sleep(Math.max(1, warmUp / 3));
    Cost cost = measure(child);
    for (Clients.Drain drain : drains) {
      drain.close();
    }
    return cost;
  }

  private Cost measure(ChildProcess child) throws IOException, InterruptedException {
    long[] before = child.ask("cpu");
    TimeUnit.SECONDS.sleep(seconds);
    long[] after = child.ask("cpu");
    long tokens = after[2] - before[2];
    long engine = after[1] - before[1];
    long all = after[0] - before[0];
    return new Cost(MICROS * (all - engine) / tokens, MICROS * engine / tokens, tokens);
  }

  private static long bytes(List<Clients.Drain> drains) {
    return drains.stream().mapToLong(Clients.Drain::bytes).sum();
  }

  private static String line(String what, Cost cost) {
    return String.format(
        Locale.ROOT,
        "%s: %.1f µs of processor time a token, %d tokens (the thread that gives them: %.1f µs)",
        what,
        cost.micros(),
        cost.tokens(),
        cost.engineMicros());
  }
}

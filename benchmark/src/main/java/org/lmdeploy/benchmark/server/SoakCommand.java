package org.lmdeploy.benchmark.server;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Opens many streams of the demo model at once, then asks it for a long time. */
@Command(
    name = "server-soak",
    mixinStandardHelpOptions = true,
    description =
        "Opens many streams of the demo model at once and compares each with its own expected"
            + " text; then asks many requests and compares the memory of the server's process at a"
            + " tenth of them with that at the end.")
public final class SoakCommand implements Callable<Integer> {
  private static final int PROMPTS = 100;
  private static final double MIB = 1 << 20;

  @Option(
      names = "--streams",
      defaultValue = "1000",
      description = "streams at the same time (default: ${DEFAULT-VALUE})")
  private int streams;

  @Option(
      names = "--requests",
      defaultValue = "20000",
      description = "requests after that (default: ${DEFAULT-VALUE})")
  private int requests;

  @Option(
      names = "--clients",
      defaultValue = "32",
      description = "clients that ask them (default: ${DEFAULT-VALUE})")
  private int clients;

  @Option(
      names = "--tokens",
      defaultValue = "8",
      description = "tokens of an answer (default: ${DEFAULT-VALUE})")
  private int tokens;

  @Mixin private ServerReport report;

  private final List<String> expected = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    try (ChildProcess child = new ChildProcess(0)) {
      for (int i = 0; i < PROMPTS; i++) {
        expected.add(answer(child.port(), i));
      }
      lines.add(new HashSet<>(expected).size() + " different answers to " + PROMPTS + " prompts");
      try (HealthProbe health = new HealthProbe(child.port())) {
        lines.add(manyAtOnce(child.port()));
        lines.add("`/health` meanwhile: " + health.summary());
      }
      int early = requests / 10;
      try (HealthProbe health = new HealthProbe(child.port())) {
        ask(child.port(), early);
        long[] before = child.ask("memory");
        ask(child.port(), requests - early);
        long[] after = child.ask("memory");
        lines.add(memory("heap after collection", early, before[0], after[0]));
        lines.add(memory("resident memory", early, before[1], after[1]));
        lines.add("`/health` meanwhile: " + health.summary());
      }
    }
    report.write("HTTP server with the demo model, many requests", lines);
    return 0;
  }

  private static String prompt(int number) {
    return "Question " + number % PROMPTS + ": what is in the picture?";
  }

  private String answer(int port, int number) throws IOException {
    try (Socket socket = Clients.connect(port)) {
      Clients.ask(socket, prompt(number), tokens);
      return Clients.text(socket);
    }
  }

  private void check(int number, String text) throws IOException {
    String right = expected.get(number % PROMPTS);
    if (!text.equals(right)) {
      throw new IOException(
          "request " + number + " was answered \"" + text + "\" and not \"" + right + "\"");
    }
  }

  /** All are asked before the first answer is read. */
  private String manyAtOnce(int port) throws IOException, InterruptedException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      Socket socket = Clients.connect(port);
      Clients.ask(socket, prompt(i), tokens);
      sockets.add(socket);
    }
    for (int i = 0; i < streams; i++) {
      try (Socket socket = sockets.get(i)) {
        check(i, Clients.text(socket));
      }
    }
    return streams + " streams open at once: none lost, each with its own text";
  }

  private void ask(int port, int count) throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    List<Future<Void>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients; i++) {
        running.add(
            threads.submit(
                () -> {
                  for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                    check(n, answer(port, n));
                  }
                  return null;
                }));
      }
      for (Future<Void> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e);
    }
  }

  private String memory(String what, int early, long before, long after) {
    return String.format(
        Locale.ROOT,
        "%s: %.1f MiB at request %d, %.1f MiB at request %d, %+.1f %%; goal: within 10 %%",
        what,
        before / MIB,
        early,
        after / MIB,
        requests,
        100.0 * (after - before) / before);
  }
}

package org.lmdeploy.benchmark.server;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.StandaloneModelManager;
import org.lmdeploy.server.http.RunningServer;
import org.lmdeploy.server.http.ServerOptions;
import org.lmdeploy.server.http.internal.HttpServers;

/**
 * The measured process: a server of the demo model, or of tokens at a fixed rate. It tells of
 * itself on its standard output when it is asked on its standard input, and ends with that.
 */
final class ServerChild {
  private static final Logger ALL = Logger.getLogger("");
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Ticker ticker;

  private ServerChild(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Serves until the standard input ends.
   *
   * @param args tokens a second of each stream; 0 for the demo model's own engine
   */
  public static void main(String[] args) throws Exception {
    ALL.setLevel(Level.WARNING);
    int rate = Integer.parseInt(args[0]);
    Ticker ticker = rate == 0 ? null : new Ticker(rate);
    EngineOptions options =
        new EngineOptions(OptionalInt.of(1024), 64, 0.5, 64, true, 2048, 0, 1, 1);
    try (StandaloneModelManager manager =
        StandaloneModelManager.open(ServerChild.class.getClassLoader())) {
      manager.models().load(LoadOptions.of("tiny-internvl2", options), stage -> {});
      ModelManager models =
          ticker == null ? manager.models() : new TickingModels(manager.models(), ticker).models();
      try (RunningServer server =
          new HttpServers(models)
              .start(
                  ServerOptions.DEFAULT
                      .withAddress("127.0.0.1", 0)
                      .withTimes(Duration.ofSeconds(10), Duration.ZERO))) {
        System.out.println(server.port());
        new ServerChild(ticker).obey();
      }
    }
  }

  private void obey() throws IOException, InterruptedException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "cpu" ->
            System.out.println(
                SYSTEM.getProcessCpuTime() + " " + ticker.processorNanos() + " " + ticker.given());
        case "memory" -> System.out.println(heapAfterCollection() + " " + resident());
        case "floor" -> System.out.println(BareSockets.open(ticker, Integer.parseInt(words[1])));
        default -> throw new IOException("there is no command " + line);
      }
    }
  }

  private static long heapAfterCollection() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(200);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.toUpperCase(Locale.ROOT).startsWith("VMRSS:")) {
        return Long.parseLong(line.split("\\s+")[1]) * 1024;
      }
    }
    throw new IOException("the system does not tell the resident memory");
  }
}

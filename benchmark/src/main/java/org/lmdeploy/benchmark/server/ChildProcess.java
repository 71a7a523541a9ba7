package org.lmdeploy.benchmark.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The measured process, seen from the one that measures. */
final class ChildProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final Writer in;
  private final int port;

  /**
   * Starts it with the flags of this process.
   *
   * @param rate tokens a second of each stream; 0 for the demo model's own engine
   */
  ChildProcess(int rate) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            ServerChild.class.getName(),
            Integer.toString(rate)));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    out = process.inputReader();
    in = process.outputWriter();
    port = (int) readLine()[0];
  }

  int port() {
    return port;
  }

  /** The numbers with which it answers a command. */
  long[] ask(String command) throws IOException {
    in.write(command + "\n");
    in.flush();
    return readLine();
  }

  private long[] readLine() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the measured process has ended");
    }
    return Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  @Override
  public void close() throws IOException {
    in.close();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}

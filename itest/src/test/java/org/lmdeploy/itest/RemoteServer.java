package org.lmdeploy.itest;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server process with the remote shell, up and with its model loaded. */
final class RemoteServer implements AutoCloseable {
  private static final Pattern SHELL =
      Pattern.compile("Shell: ssh -p (\\d+) lmdeploy@127.0.0.1 +(?:password: (\\w+)|with a key.*)");
  private static final Pattern BASE = Pattern.compile("OpenAI: +(http://\\S+)/v1");

  private final Process process;
  private int shellPort;
  private String password;
  private String base;

  private RemoteServer(Process process) {
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param home takes the host key
   */
  static RemoteServer start(Distribution dist, Path home, String... flags) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("serve", "api_server", "--server-port", "0", "--server-name", "127.0.0.1"));
    arguments.addAll(List.of("--shell-port", "0"));
    arguments.addAll(List.of(flags));
    ProcessBuilder builder = new ProcessBuilder(dist.command(arguments.toArray(String[]::new)));
    builder.environment().put("LMDEPLOY_JAVA_OPTS", "-Duser.home=" + home);
    RemoteServer server =
        new RemoteServer(builder.redirectError(home.resolve("server.log").toFile()).start());
    server.readGreeting();
    return server;
  }

  private void readGreeting() throws IOException {
    BufferedReader out = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.append(line).append('\n');
      Matcher shell = SHELL.matcher(line);
      if (shell.matches()) {
        shellPort = Integer.parseInt(shell.group(1));
        password = shell.group(2);
      }
      Matcher address = BASE.matcher(line);
      if (address.find()) {
        base = address.group(1);
        return;
      }
    }
    close();
    throw new AssertionError("The server ended early: " + said);
  }

  int shellPort() {
    return shellPort;
  }

  /** The password that was printed; null if keys are wanted. */
  String password() {
    return password;
  }

  String base() {
    return base;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

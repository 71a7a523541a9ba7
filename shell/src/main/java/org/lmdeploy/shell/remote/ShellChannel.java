package org.lmdeploy.shell.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.chat.Input;
import org.lmdeploy.shell.chat.PipedInput;
import org.lmdeploy.shell.chat.TerminalInput;
import org.lmdeploy.shell.gogo.GogoShell;

/** One SSH channel: a shell for a person at a terminal, lines of a pipe, or one command. */
final class ShellChannel implements Command {
  private static final Logger LOG = Logger.getLogger(ShellChannel.class.getName());
  private static final int FAILED = 1;

  /** What a client may send that tells no size of its window. */
  private static final Size USUAL = new Size(80, 24);

  private final Platform platform;
  private final List<String> commands;
  private InputStream in;
  private OutputStream out;
  private OutputStream err;
  private ExitCallback exit;
  private Thread thread;

  private ShellChannel(Platform platform, List<String> commands) {
    this.platform = platform;
    this.commands = commands;
  }

  static ShellChannel forPerson(Platform platform) {
    return new ShellChannel(platform, List.of());
  }

  static ShellChannel forCommand(Platform platform, String command) {
    return new ShellChannel(platform, List.of(command));
  }

  @Override
  public void setInputStream(InputStream stream) {
    in = stream;
  }

  @Override
  public void setOutputStream(OutputStream stream) {
    out = stream;
  }

  @Override
  public void setErrorStream(OutputStream stream) {
    err = stream;
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    exit = callback;
  }

  @Override
  public void start(ChannelSession channel, Environment environment) {
    thread = Thread.ofPlatform().name("remote-shell").daemon().start(() -> run(environment));
  }

  /** The client went away, or the server stops. */
  @Override
  public void destroy(ChannelSession channel) {
    thread.interrupt();
  }

  private void run(Environment environment) {
    int code = FAILED;
    try {
      boolean terminal = environment.getEnv().containsKey(Environment.ENV_TERM);
      code = commands.isEmpty() && terminal ? talk(environment) : runLines();
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "A session of the remote shell failed", e);
    } finally {
      exit.onExit(code);
    }
  }

  private int runLines() throws IOException {
    try (PrintStream output = stream(out);
        PrintStream errors = stream(err);
        GogoShell shell = GogoShell.open(platform, in, output, errors);
        Input lines =
            new PipedInput(
                new InputStreamReader(in, StandardCharsets.UTF_8), line -> !line.isBlank())) {
      return commands.isEmpty() ? shell.run(lines) : shell.run(commands);
    }
  }

  /** A person types: lines are edited here, and Ctrl-C ends a command. */
  private int talk(Environment environment) throws IOException {
    String type = environment.getEnv().get(Environment.ENV_TERM);
    Terminal terminal = new ExternalTerminal("remote shell", type, in, out, StandardCharsets.UTF_8);
    resize(terminal, environment);
    environment.addSignalListener((channel, signal) -> resize(terminal, environment), Signal.WINCH);
    // the terminal turns the ends of lines into what a client's screen needs
    try (PrintStream output = stream(terminal.output());
        GogoShell shell = GogoShell.open(platform, terminal.input(), output, output);
        Input input = new TerminalInput(terminal, shell.commandNames())) {
      return shell.run(input);
    }
  }

  private static void resize(Terminal terminal, Environment environment) {
    terminal.setSize(
        new Size(
            number(environment, Environment.ENV_COLUMNS, USUAL.getColumns()),
            number(environment, Environment.ENV_LINES, USUAL.getRows())));
    terminal.raise(Terminal.Signal.WINCH);
  }

  private static int number(Environment environment, String name, int otherwise) {
    String value = environment.getEnv().getOrDefault(name, "");
    return value.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(value) : otherwise;
  }

  private static PrintStream stream(OutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }
}

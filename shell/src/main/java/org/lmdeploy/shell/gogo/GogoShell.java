package org.lmdeploy.shell.gogo;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Job;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.chat.Input;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** A session of the Gogo shell, whose lines come from a person or from a pipe. */
public final class GogoShell implements AutoCloseable {
  private static final String STANDARD_COMMANDS = "org.apache.felix.gogo.shell";
  private final CommandSession session;

  private final PrintStream out;
  private final PrintStream err;

  private GogoShell(CommandSession session, PrintStream out, PrintStream err) {
    this.session = session;
    this.out = out;
    this.err = err;
    session.put("SCOPE", "lmdeploy:felix:gogo:scr:*");
  }

  /** Opens a session on the streams of the process. */
  public static GogoShell open(Platform platform) {
    return new GogoShell(Sessions.open(processor(platform)), System.out, System.err);
  }

  /** Opens a session on other streams. */
  public static GogoShell open(
      Platform platform, InputStream in, PrintStream out, PrintStream err) {
    return new GogoShell(processor(platform).createSession(in, out, err), out, err);
  }

  /** Gogo; its own commands (grep, each, cat ...) are started for it. */
  private static CommandProcessor processor(Platform platform) {
    for (Bundle bundle : platform.context().getBundles()) {
      if (STANDARD_COMMANDS.equals(bundle.getSymbolicName())) {
        startTransiently(bundle);
      }
    }
    return platform.require(CommandProcessor.class);
  }

  private static void startTransiently(Bundle bundle) {
    try {
      bundle.start(Bundle.START_TRANSIENT);
    } catch (BundleException e) {
      System.err.println("Gogo's own commands are missing: " + e.getMessage());
    }
  }

  /** The commands there are, for completion. */
  public Collection<String> commandNames() {
    return session.get(".commands") instanceof Collection<?> names
        ? names.stream().map(Object::toString).toList()
        : List.of();
  }

  /** Runs commands until one fails. */
  public int run(List<String> commands) {
    for (String command : commands) {
      int code = run(command);
      if (code != 0) {
        return code;
      }
    }
    return 0;
  }

  /** Runs the lines of an input; the exit code is that of the last command that failed. */
  public int run(Input input) {
    input.onInterrupt(this::interrupt);
    int code = 0;
    for (Optional<String> line = input.next("g! "); line.isPresent(); line = input.next("g! ")) {
      String command = line.get().strip();
      if (command.equals("exit") || command.equals("quit")) {
        return code;
      }
      int result = run(command);
      code = result == 0 ? code : result;
    }
    return code;
  }

  private int run(String command) {
    try {
      Object result = session.execute(command);
      if (result != null) {
        out.println(session.format(result, Converter.INSPECT));
      }
      return 0;
    } catch (Exception e) {
      return Failures.tell(e, err);
    }
  }

  /** Ends the command that runs, which does not run on the thread that waits for it. */
  private void interrupt() {
    Job job = session.foregroundJob();
    if (job != null) {
      job.interrupt();
    }
  }

  @Override
  public void close() {
    interrupt();
    session.close();
  }
}

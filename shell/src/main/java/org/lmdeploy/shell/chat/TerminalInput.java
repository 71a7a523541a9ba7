package org.lmdeploy.shell.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * A person at a terminal: line editing, a history kept between sessions, {@code """} around several
 * lines.
 */
public final class TerminalInput implements Input {
  private static final String BLOCK = "\"\"\"";
  private final Terminal terminal;
  private final LineReader reader;

  /** The terminal of this process. */
  public TerminalInput(Path history, Iterable<String> completions) {
    this(open(), completions);
    reader.setVariable(LineReader.HISTORY_FILE, history);
  }

  /** A terminal from elsewhere, closed with this; its history is forgotten. */
  public TerminalInput(Terminal terminal, Iterable<String> completions) {
    this.terminal = terminal;
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .completer(new StringsCompleter(completions))
            // an exclamation mark is no history command in a conversation
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
  }

  /**
   * JLine looks for its native part by the thread's class loader, which knows nothing of bundles.
   */
  private static Terminal open() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(TerminalInput.class.getClassLoader());
    try {
      return TerminalBuilder.builder().system(true).provider("ffm").build();
    } catch (IOException e) {
      throw new UncheckedIOException("The terminal cannot be opened", e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public Optional<String> next(String prompt) {
    try {
      String line = reader.readLine(prompt).strip();
      return Optional.of(line.startsWith(BLOCK) ? block(line.substring(BLOCK.length())) : line);
    } catch (UserInterruptException e) {
      // Ctrl-C while typing throws the line away
      return Optional.of("");
    } catch (EndOfFileException e) {
      return Optional.empty();
    }
  }

  private String block(String first) {
    StringBuilder text = new StringBuilder(first);
    while (text.indexOf(BLOCK) < 0) {
      text.append('\n').append(reader.readLine("... "));
    }
    return text.substring(0, text.indexOf(BLOCK)).strip();
  }

  @Override
  public void onInterrupt(Runnable action) {
    terminal.handle(Terminal.Signal.INT, signal -> action.run());
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException("The terminal cannot be given back", e);
    }
  }
}

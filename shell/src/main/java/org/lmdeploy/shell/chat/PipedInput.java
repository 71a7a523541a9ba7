package org.lmdeploy.shell.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Predicate;

/**
 * A pipe or a file as input: all lines between two commands are one message, so that a text of
 * several lines can be piped in as it is.
 */
public final class PipedInput implements Input {
  private final BufferedReader reader;
  private final Predicate<String> isCommand;
  private String heldBack;

  public PipedInput(Reader reader, Predicate<String> isCommand) {
    this.reader = new BufferedReader(reader);
    this.isCommand = isCommand;
  }

  @Override
  public Optional<String> next(String prompt) {
    if (heldBack != null) {
      String command = heldBack;
      heldBack = null;
      return Optional.of(command);
    }
    StringJoiner message = new StringJoiner("\n");
    try {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (isCommand.test(line)) {
          return message.toString().isBlank() ? Optional.of(line) : holdBack(line, message);
        }
        message.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The standard input cannot be read", e);
    }
    return message.toString().isBlank()
        ? Optional.empty()
        : Optional.of(message.toString().strip());
  }

  private Optional<String> holdBack(String command, StringJoiner message) {
    heldBack = command;
    return Optional.of(message.toString().strip());
  }

  /** A signal ends the process, as with any command in a pipe. */
  @Override
  public void onInterrupt(Runnable action) {}

  /** The standard input is not this object's own. */
  @Override
  public void close() {}
}

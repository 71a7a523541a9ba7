package org.lmdeploy.shell.chat;

import java.util.Optional;

/** Where a person's words come from. */
public interface Input extends AutoCloseable {
  /**
   * The next message or command; empty at the end of the input.
   *
   * @param prompt shown where a person is typing
   */
  Optional<String> next(String prompt);

  /** Has {@code action} run when the person presses Ctrl-C while no line is being read. */
  void onInterrupt(Runnable action);

  @Override
  void close();
}

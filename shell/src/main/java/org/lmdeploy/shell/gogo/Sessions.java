package org.lmdeploy.shell.gogo;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;

/** Sessions on the streams of the process. */
final class Sessions {
  private Sessions() {}

  /**
   * Opens a session. Gogo puts streams of its own into {@code System.out} and its like, which write
   * to the session's; given these as the session's streams it would call itself without end.
   */
  static CommandSession open(CommandProcessor processor) {
    return processor.createSession(
        new FileInputStream(FileDescriptor.in),
        stream(FileDescriptor.out),
        stream(FileDescriptor.err));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}

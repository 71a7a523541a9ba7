package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.file.FileSystemException;
import java.time.Duration;

/**
 * How often and after which waits something is tried again that a network may spoil: after 1, 2, 4,
 * ... seconds, or when the hub says.
 *
 * @param attempts how often in all, as long as nothing is gained
 * @param pause waits
 */
record Patience(int attempts, Pause pause) {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  /** Waiting, which tests do without. */
  interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  /** Something that a network may spoil. */
  interface Attempt<T> {
    T run() throws IOException, InterruptedException;
  }

  /**
   * Tries until it works.
   *
   * @throws HubUnreachableException if it does not
   * @throws IOException if trying again is of no use
   */
  <T> T call(Attempt<T> attempt) throws IOException, InterruptedException {
    for (int failures = 1; ; failures++) {
      try {
        return attempt.run();
      } catch (IOException e) {
        await(failures, e);
      }
    }
  }

  /** Waits after the given number of failures in a row, or gives up. */
  void await(int failures, IOException failure) throws IOException, InterruptedException {
    if (failure instanceof FileSystemException
        || failure instanceof ProtocolException
        || failure instanceof HubUnreachableException
        || failure instanceof StatusException status && !status.isPassing()) {
      throw failure;
    }
    if (failures >= attempts) {
      throw new HubUnreachableException(describe(failure), failure);
    }
    Duration wait = Duration.ofSeconds(1L << Math.min(failures - 1, 6));
    if (failure instanceof StatusException status) {
      wait = status.retryAfter().filter(asked -> asked.compareTo(LONGEST) <= 0).orElse(wait);
    }
    pause.sleep(wait);
  }

  private static String describe(IOException failure) {
    // several of the JDK's network exceptions have no message of their own
    String kind = failure.getClass().getSimpleName().replaceAll("Exception$", "");
    return failure.getMessage() == null || failure.getMessage().isBlank()
        ? kind
        : failure instanceof StatusException
            ? failure.getMessage()
            : kind + ": " + failure.getMessage();
  }
}

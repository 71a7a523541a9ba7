package org.lmdeploy.shell.cli;

import java.time.Duration;
import org.lmdeploy.server.http.LimitOptions;
import picocli.CommandLine.Option;

/** How much the server takes on. */
final class LimitFlags {
  @Option(
      names = "--max-concurrent-requests",
      paramLabel = "N",
      description = "Most requests at the same time; others get status 429 (default: no limit).")
  private int maxConcurrentRequests = LimitOptions.DEFAULT.maxConcurrentRequests();

  @Option(
      names = "--max-body-bytes",
      paramLabel = "BYTES",
      description = "The largest request body (default: ${DEFAULT-VALUE}).")
  private int maxBodyBytes = LimitOptions.DEFAULT.maxBodyBytes();

  @Option(
      names = "--request-timeout",
      paramLabel = "SECONDS",
      description = "The longest time for an answer (default: no limit).")
  private Integer requestTimeout;

  @Option(
      names = "--client-timeout",
      paramLabel = "SECONDS",
      description =
          "The longest time in which a client that is to send or to receive does not"
              + " (default: ${DEFAULT-VALUE}).")
  private int clientTimeout = (int) LimitOptions.DEFAULT.clientTimeout().toSeconds();

  /** The same for the server. */
  LimitOptions toOptions() {
    LimitOptions limits =
        LimitOptions.DEFAULT
            .withMaxConcurrentRequests(maxConcurrentRequests)
            .withMaxBodyBytes(maxBodyBytes)
            .withClientTimeout(Duration.ofSeconds(clientTimeout));
    return requestTimeout == null
        ? limits
        : limits.withRequestTimeout(Duration.ofSeconds(requestTimeout));
  }
}

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
      names = "--max-sessions",
      paramLabel = "N",
      description =
          "Most conversations that are kept for /v1/chat/interactive (default: ${DEFAULT-VALUE}).")
  private int maxSessions = LimitOptions.DEFAULT.maxSessions();

  @Option(
      names = "--session-timeout",
      paramLabel = "SECONDS",
      description = "How long one is kept that nobody goes on with (default: ${DEFAULT-VALUE}).")
  private long sessionTimeout = LimitOptions.DEFAULT.sessionTimeout().toSeconds();

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
            .withSessions(maxSessions, Duration.ofSeconds(sessionTimeout))
            .withClientTimeout(Duration.ofSeconds(clientTimeout));
    return requestTimeout == null
        ? limits
        : limits.withRequestTimeout(Duration.ofSeconds(requestTimeout));
  }
}

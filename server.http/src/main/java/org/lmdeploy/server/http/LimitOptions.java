package org.lmdeploy.server.http;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * How much a server takes on.
 *
 * @param maxBodyBytes largest request body
 * @param maxConcurrentRequests most questions that are answered at the same time; others are
 *     refused with status 429
 * @param requestTimeout longest time for an answer; empty for no end
 * @param clientTimeout longest time in which a client that is to send something sends nothing, or
 *     one that is to receive something takes nothing; also for the head of a request as a whole
 * @param maxSessions most conversations that are kept for {@code /v1/chat/interactive}
 * @param sessionTimeout how long one is kept that nobody goes on with
 */
public record LimitOptions(
    int maxBodyBytes,
    int maxConcurrentRequests,
    Optional<Duration> requestTimeout,
    Duration clientTimeout,
    int maxSessions,
    Duration sessionTimeout) {
  /**
   * Bodies up to 64 MiB; as many questions as come, and as long as they take; 30 s of a client;
   * 1000 conversations, each for half an hour.
   */
  public static final LimitOptions DEFAULT =
      new LimitOptions(
          64 << 20,
          Integer.MAX_VALUE,
          Optional.empty(),
          Duration.ofSeconds(30),
          1000,
          Duration.ofMinutes(30));

  /** Checks the ranges. */
  public LimitOptions {
    Objects.requireNonNull(requestTimeout, "requestTimeout");
    requireAtLeastOne("max-body-bytes", "the largest body in bytes", maxBodyBytes);
    requireAtLeastOne(
        "max-concurrent-requests", "the number of concurrent requests", maxConcurrentRequests);
    requestTimeout.ifPresent(
        time -> requireAtLeastOne("request-timeout", "the time for a request in ms", time));
    requireAtLeastOne("client-timeout", "the time for a client in ms", clientTimeout);
    requireAtLeastOne("max-sessions", "the number of sessions", maxSessions);
    requireAtLeastOne("session-timeout", "the time of a session in ms", sessionTimeout);
  }

  private static void requireAtLeastOne(String name, String what, Duration time) {
    requireAtLeastOne(name, what, time.toMillis());
  }

  private static void requireAtLeastOne(String name, String what, long value) {
    if (value < 1) {
      throw new InvalidRequestException(name, what + " is " + value + "; it must be at least 1");
    }
  }

  /** The same with another limit of bodies. */
  public LimitOptions withMaxBodyBytes(int bytes) {
    return new LimitOptions(
        bytes, maxConcurrentRequests, requestTimeout, clientTimeout, maxSessions, sessionTimeout);
  }

  /** The same with another limit of questions. */
  public LimitOptions withMaxConcurrentRequests(int most) {
    return new LimitOptions(
        maxBodyBytes, most, requestTimeout, clientTimeout, maxSessions, sessionTimeout);
  }

  /** The same with an end for answers. */
  public LimitOptions withRequestTimeout(Duration time) {
    return new LimitOptions(
        maxBodyBytes,
        maxConcurrentRequests,
        Optional.of(time),
        clientTimeout,
        maxSessions,
        sessionTimeout);
  }

  /** The same with another patience with clients. */
  public LimitOptions withClientTimeout(Duration time) {
    return new LimitOptions(
        maxBodyBytes, maxConcurrentRequests, requestTimeout, time, maxSessions, sessionTimeout);
  }

  /** The same with other limits of conversations. */
  public LimitOptions withSessions(int most, Duration time) {
    return new LimitOptions(
        maxBodyBytes, maxConcurrentRequests, requestTimeout, clientTimeout, most, time);
  }
}

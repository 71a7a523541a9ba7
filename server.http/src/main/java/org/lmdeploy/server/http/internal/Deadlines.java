package org.lmdeploy.server.http.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends questions that take too long.
 *
 * @param timer where the ends are kept
 * @param time the longest time for an answer
 */
record Deadlines(ScheduledExecutorService timer, Optional<Duration> time) {
  private static final Runnable NOTHING = () -> {};

  /** Sets the end of a question; the result takes it back. */
  Runnable start(Exchange exchange) {
    if (time.isEmpty()) {
      return NOTHING;
    }
    // what is queued is cancelled elsewhere than in the thread that all timers share
    Runnable end = () -> Thread.startVirtualThread(() -> exchange.abort(tooLate()));
    Future<?> task = timer.schedule(end, time.get().toNanos(), TimeUnit.NANOSECONDS);
    return () -> task.cancel(false);
  }

  private HttpProblem tooLate() {
    return new HttpProblem(
        HttpProblem.GATEWAY_TIMEOUT,
        "request_timeout",
        "the answer was not complete within "
            + time.orElseThrow().toMillis()
            + " ms, the longest that this server works on a request; ask for fewer tokens"
            + " (max_tokens) or fewer answers");
  }
}

package org.lmdeploy.server.http.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Writes comments to streams that are silent, for example while a long prompt is prefilled: proxies
 * do not take them for dead, and a client that vanished without a word is noticed.
 */
final class Heartbeats {
  private final ScheduledExecutorService timer;
  private final Duration interval;

  Heartbeats(ScheduledExecutorService timer, Duration interval) {
    this.timer = timer;
    this.interval = interval;
  }

  /** Watches over a stream until the returned task is cancelled. */
  Future<?> start(EventStream events, Exchange exchange) {
    long nanos = interval.toNanos();
    Runnable look =
        () -> {
          if (events.silentNanos() >= nanos) {
            // a write may block; one slow client must not hold up the others' heartbeats
            Thread.startVirtualThread(() -> beat(events, exchange));
          }
        };
    return timer.scheduleWithFixedDelay(look, nanos, Math.max(1, nanos / 4), TimeUnit.NANOSECONDS);
  }

  private static void beat(EventStream events, Exchange exchange) {
    try {
      events.ping();
    } catch (IOException e) {
      exchange.hangUp(); // what cannot be written has no reader
    }
  }
}

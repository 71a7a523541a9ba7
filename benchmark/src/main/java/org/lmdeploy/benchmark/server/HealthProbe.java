package org.lmdeploy.benchmark.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Asks for the server's health now and then while it is busy otherwise. */
final class HealthProbe implements AutoCloseable {
  private static final long PAUSE_MILLIS = 20;

  private final ConcurrentSkipListMap<Long, AtomicLong> times = new ConcurrentSkipListMap<>();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicBoolean enough = new AtomicBoolean();
  private final Thread thread;

  HealthProbe(int port) {
    URI uri = URI.create("http://127.0.0.1:" + port + "/health");
    thread = Thread.ofPlatform().name("health").daemon().start(() -> run(uri));
  }

  private void run(URI uri) {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpRequest request = HttpRequest.newBuilder(uri).build();
      while (!enough.get()) {
        long start = System.nanoTime();
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status == 200) {
          long micros = (System.nanoTime() - start) / 1000;
          times.computeIfAbsent(micros, key -> new AtomicLong()).incrementAndGet();
        } else {
          failures.incrementAndGet();
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException e) {
      failures.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was seen so far. */
  String summary() {
    long count = times.values().stream().mapToLong(AtomicLong::get).sum();
    return String.format(
        Locale.ROOT,
        "%d questions, %d failed, p50 %.1f ms, p99 %.1f ms",
        count,
        failures.get(),
        percentile(count, 0.50),
        percentile(count, 0.99));
  }

  private double percentile(long count, double part) {
    long left = (long) Math.ceil(count * part);
    for (var time : times.entrySet()) {
      left -= time.getValue().get();
      if (left <= 0) {
        return time.getKey() / 1000.0;
      }
    }
    return Double.NaN;
  }

  @Override
  public void close() {
    enough.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

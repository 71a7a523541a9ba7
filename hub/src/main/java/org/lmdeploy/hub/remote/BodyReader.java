package org.lmdeploy.hub.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of a response, read piece by piece. A server that falls silent for too long is given up,
 * which the JDK's own readers of bodies do not do. Closing it before its end ends the connection.
 */
final class BodyReader implements BodySubscriber<BodyReader>, AutoCloseable {
  private static final int AHEAD = 4;

  /** What the connection tells: bytes, its end, or its failure. */
  private sealed interface Event {
    record Bytes(List<ByteBuffer> buffers) implements Event {}

    record End() implements Event {}

    record Failure(Throwable cause) implements Event {}
  }

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Deque<ByteBuffer> ready = new ArrayDeque<>();
  private final Duration idle;
  private volatile Flow.Subscription subscription;
  private boolean ended;

  BodyReader(Duration idle) {
    this.idle = idle;
  }

  /** The next bytes, or null at the end. */
  ByteBuffer next() throws IOException, InterruptedException {
    while (ready.isEmpty() && !ended) {
      Event event = events.poll(idle.toMillis(), TimeUnit.MILLISECONDS);
      switch (event) {
        case null ->
            throw new HttpTimeoutException(
                "nothing was received for " + idle.toSeconds() + " seconds");
        case Event.Bytes(List<ByteBuffer> buffers) -> {
          ready.addAll(buffers);
          subscription.request(1);
        }
        case Event.End() -> ended = true;
        case Event.Failure(Throwable cause) ->
            throw new IOException(
                cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
      }
    }
    return ready.poll();
  }

  /** Everything up to the end; more than the limit is an error. */
  byte[] all(int limit) throws IOException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer part = next(); part != null; part = next()) {
      if (bytes.size() + (long) part.remaining() > limit) {
        throw new IOException("the answer has more than " + limit + " bytes");
      }
      byte[] copy = new byte[part.remaining()];
      part.get(copy);
      bytes.writeBytes(copy);
    }
    return bytes.toByteArray();
  }

  @Override
  public CompletionStage<BodyReader> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(AHEAD);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    events.add(new Event.Bytes(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    events.add(new Event.Failure(cause));
  }

  @Override
  public void onComplete() {
    events.add(new Event.End());
  }

  @Override
  public void close() {
    Flow.Subscription given = subscription;
    if (given != null) {
      given.cancel();
    }
  }
}

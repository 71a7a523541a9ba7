package org.lmdeploy.server.http.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.error.CancelledException;

/**
 * A question while it is answered: what it has queued, and why it was ended from outside. Whatever
 * ends it, closing frees all that it queued.
 */
final class Exchange implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<GenerationStream> streams = new ArrayList<>();
  private final String requestId;
  private final Consumer<Exchange> onClose;
  private RuntimeException cause;
  private boolean clientGone;
  private volatile OptionalLong session = OptionalLong.empty();

  Exchange(String requestId, Consumer<Exchange> onClose) {
    this.requestId = requestId;
    this.onClose = onClose;
  }

  /** The id of the HTTP request. */
  String requestId() {
    return requestId;
  }

  /** What it has queued so far. */
  List<GenerationStream> streams() {
    lock.lock();
    try {
      return List.copyOf(streams);
    } finally {
      lock.unlock();
    }
  }

  /** The session that the request named. */
  OptionalLong session() {
    return session;
  }

  void setSession(OptionalLong newSession) {
    session = newSession;
  }

  /** Queues a request of this exchange. */
  GenerationStream open(Supplier<GenerationStream> opener) {
    throwIfEnded();
    GenerationStream stream = opener.get();
    lock.lock();
    try {
      streams.add(stream);
    } finally {
      lock.unlock();
    }
    // it may have been ended while this one was queued, and then nobody else cancels it
    throwIfEnded();
    return stream;
  }

  private void throwIfEnded() {
    cause()
        .ifPresent(
            why -> {
              throw why;
            });
  }

  /**
   * Ends the exchange from outside: all that it queued is cancelled. Only the first cause counts.
   */
  void abort(RuntimeException why) {
    List<GenerationStream> running;
    lock.lock();
    try {
      if (cause != null) {
        return;
      }
      cause = why;
      running = List.copyOf(streams);
    } finally {
      lock.unlock();
    }
    running.forEach(GenerationStream::cancel);
  }

  /** Ends the exchange because nobody waits for its answer any more. */
  void hangUp() {
    lock.lock();
    try {
      clientGone = true;
    } finally {
      lock.unlock();
    }
    abort(new CancelledException("the client hung up"));
  }

  /** Whether nobody waits for the answer any more. */
  boolean clientGone() {
    lock.lock();
    try {
      return clientGone;
    } finally {
      lock.unlock();
    }
  }

  /** Why it was ended from outside. */
  Optional<RuntimeException> cause() {
    lock.lock();
    try {
      return Optional.ofNullable(cause);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    try {
      streams().forEach(GenerationStream::close);
    } finally {
      onClose.accept(this);
    }
  }
}

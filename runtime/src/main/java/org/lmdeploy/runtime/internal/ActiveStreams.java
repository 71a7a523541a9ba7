package org.lmdeploy.runtime.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.runtime.ForwardingStream;

/** Counts the requests of a model that are being prepared or read, so that it can be drained. */
final class ActiveStreams {
  private final String model;
  private int count;
  private boolean closed;

  ActiveStreams(String model) {
    this.model = model;
  }

  GenerationStream start(Supplier<GenerationStream> submit) {
    enter();
    boolean submitted = false;
    try {
      GenerationStream stream = new Counted(submit.get());
      submitted = true;
      return stream;
    } finally {
      if (!submitted) {
        leave();
      }
    }
  }

  /** Does a part of a request that needs the model open. */
  <T> T during(Supplier<T> work) {
    enter();
    try {
      return work.get();
    } finally {
      leave();
    }
  }

  /** Lets no more requests in and waits until all have left or the time is over. */
  synchronized void drain(Duration grace) {
    closed = true;
    long deadline = System.nanoTime() + grace.toNanos();
    long left = grace.toNanos();
    while (count > 0 && left > 0) {
      try {
        wait(Math.max(1, left / 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      left = deadline - System.nanoTime();
    }
  }

  private synchronized void enter() {
    if (closed) {
      throw new UnavailableException("the model " + model + " is being withdrawn");
    }
    count++;
  }

  private synchronized void leave() {
    count--;
    notifyAll();
  }

  /** A stream that leaves when its last chunk was read, when it failed, or when it was closed. */
  private final class Counted extends ForwardingStream {
    private final AtomicBoolean left = new AtomicBoolean();

    Counted(GenerationStream stream) {
      super(stream);
    }

    @Override
    public Optional<GenerationChunk> next() throws InterruptedException {
      boolean more = false;
      boolean interrupted = false;
      try {
        Optional<GenerationChunk> chunk = super.next();
        more = chunk.isPresent() && chunk.get().finishReason().isEmpty();
        return chunk;
      } catch (InterruptedException e) {
        interrupted = true;
        throw e;
      } finally {
        if (!more && !interrupted) {
          leaveOnce();
        }
      }
    }

    @Override
    public void cancel() {
      super.cancel();
      leaveOnce();
    }

    @Override
    public void close() {
      super.close();
      leaveOnce();
    }

    private void leaveOnce() {
      if (left.compareAndSet(false, true)) {
        leave();
      }
    }
  }
}

package org.lmdeploy.server.http.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.error.CancelledException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.server.http.answer.AnswerTracker;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.answer.Usage;

/**
 * Answers a request: queues all its choices, then reads each into the sink, the first one by the
 * calling thread and every other by a virtual thread of its own. One that fails ends the others.
 */
final class Generation {
  private final Exchange exchange;
  private final AnswerSink sink;
  private final List<AnswerTracker> trackers;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  private Generation(Exchange exchange, AnswerSink sink, List<AnswerTracker> trackers) {
    this.exchange = exchange;
    this.sink = sink;
    this.trackers = trackers;
  }

  static void run(Exchange exchange, GenerationPlan plan, AnswerSink sink) throws IOException {
    List<GenerationStream> streams = new ArrayList<>();
    for (GenerationPlan.Choice choice : plan.choices()) {
      streams.add(exchange.open(choice.open()));
    }
    List<AnswerTracker> trackers =
        plan.choices().stream().map(choice -> new AnswerTracker(choice.reader().get())).toList();
    sink.begin();
    new Generation(exchange, sink, trackers).read(streams);
    sink.end(Usage.of(plan.choices(), streams, trackers));
  }

  private void read(List<GenerationStream> streams) throws IOException {
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < streams.size(); i++) {
      int choice = i;
      others.add(
          Thread.ofVirtual()
              .name("http-choice-" + i)
              .start(() -> readSafely(choice, streams.get(choice))));
    }
    readSafely(0, streams.getFirst());
    for (Thread other : others) {
      join(other);
    }
    throwFailure();
  }

  private void readSafely(int choice, GenerationStream stream) {
    try {
      readOne(choice, stream);
    } catch (IOException e) {
      fail(e);
      exchange.hangUp(); // what cannot be written has no reader
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      endAll(new UnavailableException("the server was interrupted while it answered", e));
    } catch (LmDeployException e) {
      endAll(e);
    } catch (RuntimeException e) {
      fail(e);
      exchange.abort(new CancelledException("another answer of the request failed", e));
    }
  }

  private void endAll(LmDeployException e) {
    fail(e);
    exchange.abort(e);
  }

  private void fail(Exception e) {
    failure.compareAndSet(null, e);
  }

  private void readOne(int choice, GenerationStream stream)
      throws IOException, InterruptedException {
    Optional<GenerationChunk> chunk = stream.next();
    while (chunk.isPresent()) {
      Optional<FinishReason> finish = chunk.get().finishReason();
      finish.ifPresent(Generation::requireAnswer);
      sink.chunk(choice, trackers.get(choice).next(chunk.get(), stream.stopWord()));
      if (finish.isPresent()) {
        return;
      }
      chunk = stream.next();
    }
    throw new IllegalStateException("choice " + choice + " ended without a finish reason");
  }

  private static void requireAnswer(FinishReason reason) {
    switch (reason) {
      case ABORT -> throw new CancelledException("the answer was cancelled");
      case ERROR ->
          throw new IllegalStateException("a stream ended with an error and no exception");
      case STOP, LENGTH -> {}
    }
  }

  private void join(Thread other) {
    while (true) {
      try {
        other.join();
        return;
      } catch (InterruptedException e) {
        // the others must not outlive the response that they write to; ending them makes this short
        endAll(new UnavailableException("the server was interrupted while it answered", e));
      }
    }
  }

  private void throwFailure() throws IOException {
    Exception first = failure.get();
    if (first == null) {
      return;
    }
    // a stream that was cancelled from outside only knows that it was; the exchange knows why
    if (first instanceof CancelledException && exchange.cause().isPresent()) {
      throw exchange.cause().get();
    }
    switch (first) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new UncheckedIOException(new IOException(first));
    }
  }
}

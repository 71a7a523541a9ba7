package org.lmdeploy.server.http.observe;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.runtime.ForwardingStream;

/** An answer of which is counted what comes when, and how it ends. */
public final class ObservedStream extends ForwardingStream {
  private static final double NANOS = 1e-9;

  private final String model;
  private final ModelMetrics metrics;
  private final long arrived;
  private final TokenGaps perToken;
  private final TokenGaps betweenChunks;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile long first;
  private long last;

  ObservedStream(GenerationStream stream, String model, ModelMetrics metrics, long arrived) {
    super(stream);
    this.model = model;
    this.metrics = metrics;
    this.arrived = arrived;
    this.perToken = new TokenGaps(metrics.perToken);
    this.betweenChunks = new TokenGaps(metrics.betweenChunks);
    metrics.routed.increment();
  }

  /** The observed stream in one that may be around it. */
  public static Optional<ObservedStream> in(GenerationStream stream) {
    GenerationStream inner = stream;
    while (!(inner instanceof ObservedStream) && inner instanceof ForwardingStream around) {
      inner = around.inner();
    }
    return inner instanceof ObservedStream observed ? Optional.of(observed) : Optional.empty();
  }

  /** The name of the model that answers. */
  public String model() {
    return model;
  }

  /** Nanoseconds from the arrival of the request to the first token; negative if there is none. */
  public long firstTokenNanos() {
    return first == 0 ? -1 : first - arrived;
  }

  @Override
  public Optional<GenerationChunk> next() throws InterruptedException {
    Optional<GenerationChunk> chunk;
    try {
      chunk = super.next();
    } catch (RuntimeException e) {
      flush();
      end(false);
      throw e;
    }
    chunk.ifPresent(this::count);
    return chunk;
  }

  private void count(GenerationChunk chunk) {
    int tokens = chunk.tokenIds().size();
    if (tokens > 0) {
      count(tokens, System.nanoTime());
    }
    chunk.finishReason().ifPresent(this::end);
  }

  private void count(int tokens, long now) {
    if (first == 0) {
      first = now;
      metrics.firstToken.add((now - arrived) * NANOS);
    } else {
      betweenChunks.add(now - last);
      perToken.add((now - last) / tokens);
    }
    last = now;
  }

  private void end(FinishReason reason) {
    LongAdder successes = metrics.succeeded.get(reason);
    flush();
    if (end(successes != null) && successes != null) {
      successes.increment();
      metrics.endToEnd.add((System.nanoTime() - arrived) * NANOS);
      metrics.add(times());
    }
  }

  private void flush() {
    perToken.flush();
    betweenChunks.flush();
  }

  /** Counts the end; returns false if it was counted before. */
  private boolean end(boolean success) {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    metrics.routed.decrement();
    if (!success) {
      metrics.failed.increment();
    }
    int prompt = promptTokens();
    int cached = cachedTokens();
    metrics.requestPromptTokens.add(prompt);
    metrics.requestCachedTokens.add(cached);
    metrics.requestGeneratedTokens.add(generatedTokens());
    if (prompt > 0) {
      metrics.cacheHitRatio.add((double) cached / prompt);
    }
    return true;
  }

  @Override
  public void close() {
    super.close();
    end(false); // unless it had ended by itself
  }
}

package org.lmdeploy.server.http.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.RequestTimes;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.api.error.CancelledException;

/** A stream that brings what a test puts into it. */
final class FakeStream implements GenerationStream {
  static final int PROMPT_TOKENS = 7;
  static final int CACHED_TOKENS = 3;

  final CountDownLatch cancelled = new CountDownLatch(1);
  private final BlockingQueue<Object> script = new LinkedBlockingQueue<>();
  private final AtomicInteger generated = new AtomicInteger();
  private volatile boolean ended;
  private volatile Optional<String> stopWord = Optional.empty();
  private volatile int history;

  /** Counts what was said before to the prompt. */
  FakeStream after(int historyTokens) {
    history = historyTokens;
    return this;
  }

  /** A chunk of one token with its text. */
  FakeStream text(String text) {
    script.add(new GenerationChunk(text, List.of(1), List.of(), Optional.empty()));
    return this;
  }

  FakeStream logprobs(String text, TokenLogprobs... logprobs) {
    List<Integer> ids = List.of(logprobs).stream().map(TokenLogprobs::id).toList();
    script.add(new GenerationChunk(text, ids, List.of(logprobs), Optional.empty()));
    return this;
  }

  /** The stop word that ends the answer. */
  FakeStream stoppedBy(String word) {
    stopWord = Optional.of(word);
    return this;
  }

  @Override
  public Optional<String> stopWord() {
    return ended ? stopWord : Optional.empty();
  }

  FakeStream finish(FinishReason reason) {
    script.add(new GenerationChunk("", List.of(), List.of(), Optional.of(reason)));
    return this;
  }

  FakeStream fail(RuntimeException e) {
    script.add(e);
    return this;
  }

  @Override
  public Optional<GenerationChunk> next() throws InterruptedException {
    if (ended) {
      return Optional.empty();
    }
    Object next = script.take();
    if (next instanceof RuntimeException e) {
      ended = true;
      throw e;
    }
    GenerationChunk chunk = (GenerationChunk) next;
    generated.addAndGet(chunk.tokenIds().size());
    ended = chunk.finishReason().isPresent();
    return Optional.of(chunk);
  }

  @Override
  public int promptTokens() {
    return history + PROMPT_TOKENS;
  }

  @Override
  public int cachedTokens() {
    return CACHED_TOKENS;
  }

  @Override
  public int generatedTokens() {
    return generated.get();
  }

  @Override
  public List<TokenLogprobs> promptLogprobs() {
    return List.of();
  }

  @Override
  public RequestTimes times() {
    return new RequestTimes(1, 2, 3);
  }

  @Override
  public void cancel() {
    cancelled.countDown();
    script.add(new CancelledException("cancelled"));
  }

  @Override
  public void close() {
    if (!ended) {
      cancel();
    }
  }
}

package org.lmdeploy.benchmark.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.RequestTimes;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.api.error.CancelledException;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.core.text.AnswerText;

/**
 * An answer of a token at each tick. As with the real engine, the ticking thread only queues ids,
 * and the reader makes text of them.
 */
final class TickingStream implements GenerationStream, Runnable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Ticker ticker;
  private final AnswerText text;
  private final int[] ids;
  private final int most;
  private final int promptTokens;
  private List<Integer> pending = new ArrayList<>();
  private int ticks;
  private boolean cancelled;
  private int read;

  /**
   * @param ids the tokens, again and again
   */
  TickingStream(
      Ticker ticker, Tokenizer tokenizer, GenerationConfig config, int promptTokens, int... ids) {
    this.ticker = ticker;
    this.text = new AnswerText(tokenizer, config);
    this.ids = ids;
    this.most = config.maxNewTokens();
    this.promptTokens = promptTokens;
    ticker.add(this);
  }

  @Override
  public void run() {
    lock.lock();
    try {
      if (ticks < most) {
        pending.add(ids[ticks % ids.length]);
        ticks++;
        arrived.signalAll();
      } else {
        ticker.remove(this);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<GenerationChunk> next() throws InterruptedException {
    if (read == most) {
      return Optional.empty();
    }
    List<Integer> news = await();
    StringBuilder added = new StringBuilder();
    for (int id : news) {
      added.append(text.accept(id));
    }
    read += news.size();
    Optional<FinishReason> reason =
        read == most ? Optional.of(FinishReason.LENGTH) : Optional.empty();
    if (reason.isPresent()) {
      added.append(text.finish());
    }
    return Optional.of(new GenerationChunk(added.toString(), news, List.of(), reason));
  }

  private List<Integer> await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (pending.isEmpty() && !cancelled) {
        arrived.await();
      }
      if (pending.isEmpty()) {
        throw new CancelledException("the answer was cancelled");
      }
      List<Integer> news = pending;
      pending = new ArrayList<>();
      return news;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int promptTokens() {
    return promptTokens;
  }

  @Override
  public int cachedTokens() {
    return 0;
  }

  @Override
  public int generatedTokens() {
    return read;
  }

  @Override
  public List<TokenLogprobs> promptLogprobs() {
    return List.of();
  }

  @Override
  public RequestTimes times() {
    return new RequestTimes(RequestTimes.NOT_YET, RequestTimes.NOT_YET, RequestTimes.NOT_YET);
  }

  @Override
  public void cancel() {
    ticker.remove(this);
    lock.lock();
    try {
      cancelled = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    cancel();
  }
}

package org.lmdeploy.core.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.RequestTimes;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.core.text.AnswerText;

/**
 * The way of tokens from the engine thread to the reader. The engine thread only queues ids, at
 * most as many as the session has tokens; everything about text is done by the reader.
 */
final class TokenStream implements GenerationStream {
  /** Whether and why the reader's side ended the request before the engine did. */
  enum Withdrawal {
    NONE,
    CANCELLED,
    STOPPED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final int promptTokens;
  private final boolean logprobs;
  private final Runnable onWithdraw;
  private final long submitted = System.nanoTime();

  // guarded by the lock
  private List<SampledToken> pending = new ArrayList<>();
  private FinishReason end;
  private LmDeployException failure;
  private final List<SampledToken> promptScores = new ArrayList<>();

  private volatile Withdrawal withdrawal = Withdrawal.NONE;
  private volatile int cachedTokens;
  private volatile int generatedTokens;
  private volatile long admitted = RequestTimes.NOT_YET;
  private volatile long firstToken = RequestTimes.NOT_YET;
  private volatile long ended = RequestTimes.NOT_YET;

  // the reader's own
  private final AnswerText answer;
  private boolean over;

  private record Arrivals(List<SampledToken> tokens, FinishReason end) {}

  /**
   * A stream without tokens.
   *
   * @param promptTokens tokens of the prompt
   * @param answer turns tokens to text
   * @param logprobs whether chunks have log probabilities
   * @param onWithdraw called when the reader withdraws the request
   */
  TokenStream(int promptTokens, AnswerText answer, boolean logprobs, Runnable onWithdraw) {
    this.promptTokens = promptTokens;
    this.answer = answer;
    this.logprobs = logprobs;
    this.onWithdraw = onWithdraw;
  }

  // ---- the engine thread's side

  /**
   * Queues a token, the end, or both, unless the request was withdrawn.
   *
   * @param token a token, or null
   * @param reason why the answer ends, or null
   */
  void deliver(SampledToken token, FinishReason reason) {
    lock.lock();
    try {
      if (end == null) {
        if (token != null) {
          pending.add(token);
          if (firstToken == RequestTimes.NOT_YET) {
            firstToken = elapsed();
          }
        }
        if (reason != null) {
          ended = elapsed();
        }
        end = reason;
        arrived.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds log probabilities of the prompt's next tokens. */
  void score(List<SampledToken> tokens) {
    lock.lock();
    try {
      promptScores.addAll(tokens);
    } finally {
      lock.unlock();
    }
  }

  /** Notes that the request was let into the batch. */
  void admitted() {
    if (admitted == RequestTimes.NOT_YET) {
      admitted = elapsed();
    }
  }

  private long elapsed() {
    return System.nanoTime() - submitted;
  }

  /** Ends the stream with an error, unless it has ended. */
  void fail(LmDeployException error) {
    lock.lock();
    try {
      if (end == null && failure == null) {
        failure = error;
        ended = elapsed();
        arrived.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  void setCachedTokens(int tokens) {
    cachedTokens = tokens;
  }

  Withdrawal withdrawal() {
    return withdrawal;
  }

  // ---- the reader's side

  @Override
  public Optional<GenerationChunk> next() throws InterruptedException {
    if (over) {
      return Optional.empty();
    }
    Arrivals news = await();
    try {
      return Optional.of(read(news));
    } catch (RuntimeException e) {
      cancel(); // the text cannot be made: nobody will want the rest
      throw e;
    }
  }

  private Arrivals await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (pending.isEmpty() && end == null && failure == null) {
        arrived.await();
      }
      if (pending.isEmpty() && failure != null) {
        throw failure;
      }
      Arrivals news = new Arrivals(pending, end);
      pending = new ArrayList<>();
      return news;
    } finally {
      lock.unlock();
    }
  }

  private GenerationChunk read(Arrivals news) {
    StringBuilder text = new StringBuilder();
    List<SampledToken> tokens = new ArrayList<>();
    for (SampledToken token : news.tokens) {
      text.append(answer.accept(token.id()));
      if (answer.lastTokenCounts()) {
        tokens.add(token);
      }
      if (answer.stopped()) {
        withdraw(Withdrawal.STOPPED, FinishReason.STOP);
        return chunk(text, tokens, FinishReason.STOP);
      }
    }
    if (news.end != null) {
      text.append(answer.finish());
    }
    return chunk(text, tokens, news.end);
  }

  private GenerationChunk chunk(
      StringBuilder text, List<SampledToken> tokens, FinishReason reason) {
    over = reason != null;
    int before = generatedTokens;
    generatedTokens = before + tokens.size();
    return new GenerationChunk(
        text.toString(),
        tokens.stream().map(SampledToken::id).toList(),
        logprobs ? tokens.stream().map(TokenStream::logprobs).toList() : List.of(),
        Optional.ofNullable(reason));
  }

  private static TokenLogprobs logprobs(SampledToken token) {
    List<TokenLogprobs.Alternative> top = new ArrayList<>();
    for (int i = 0; i < token.topIds().length; i++) {
      top.add(new TokenLogprobs.Alternative(token.topIds()[i], token.topLogprobs()[i]));
    }
    return new TokenLogprobs(token.id(), token.logprob(), top);
  }

  @Override
  public int promptTokens() {
    return promptTokens;
  }

  @Override
  public int cachedTokens() {
    return cachedTokens;
  }

  @Override
  public int generatedTokens() {
    return generatedTokens;
  }

  @Override
  public List<TokenLogprobs> promptLogprobs() {
    lock.lock();
    try {
      return promptScores.stream().map(TokenStream::logprobs).toList();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<String> stopWord() {
    return Optional.ofNullable(answer.stopWord());
  }

  @Override
  public RequestTimes times() {
    return new RequestTimes(admitted, firstToken, ended);
  }

  @Override
  public void cancel() {
    withdraw(Withdrawal.CANCELLED, FinishReason.ABORT);
  }

  @Override
  public void close() {
    cancel();
  }

  private void withdraw(Withdrawal why, FinishReason reason) {
    lock.lock();
    try {
      if (end != null || failure != null) {
        return;
      }
      withdrawal = why;
      ended = elapsed();
      end = reason;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    onWithdraw.run();
  }
}

package org.lmdeploy.server.http.observe;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.RequestTimes;

/** What is counted of one model from its first request on. Safe for many threads. */
final class ModelMetrics {
  private static final double NANOS = 1e-9;

  /** Requests that are being prepared: their images are fetched, their text is made. */
  final LongAdder preparing = new LongAdder();

  /** Requests that the engine has and that have not ended. */
  final LongAdder routed = new LongAdder();

  final LongAdder failed = new LongAdder();
  final Map<FinishReason, LongAdder> succeeded = new EnumMap<>(FinishReason.class);

  final Distribution requestPromptTokens;
  final Distribution requestGeneratedTokens;
  final Distribution requestCachedTokens;
  final Distribution cacheHitRatio = new Distribution(Buckets.SHARE);
  final Distribution firstToken = new Distribution(Buckets.FIRST_TOKEN);
  final Distribution perToken = new Distribution(Buckets.BETWEEN_TOKENS);
  final Distribution betweenChunks = new Distribution(Buckets.BETWEEN_TOKENS);
  final Distribution endToEnd = new Distribution(Buckets.REQUEST);
  final Distribution queue = new Distribution(Buckets.REQUEST);
  final Distribution inference = new Distribution(Buckets.REQUEST);
  final Distribution prefill = new Distribution(Buckets.REQUEST);
  final Distribution decode = new Distribution(Buckets.REQUEST);

  /**
   * @param sessionLen most tokens of a sequence
   */
  ModelMetrics(int sessionLen) {
    double[] tokens = Buckets.tokens(sessionLen);
    requestPromptTokens = new Distribution(tokens);
    requestGeneratedTokens = new Distribution(tokens);
    requestCachedTokens = new Distribution(tokens);
    succeeded.put(FinishReason.STOP, new LongAdder());
    succeeded.put(FinishReason.LENGTH, new LongAdder());
  }

  /** Adds the times of a request that ended by itself; what an engine does not tell is left out. */
  void add(RequestTimes times) {
    addBetween(queue, 0, times.admitted());
    addBetween(inference, times.admitted(), times.ended());
    addBetween(prefill, times.admitted(), times.firstToken());
    addBetween(decode, times.firstToken(), times.ended());
  }

  private static void addBetween(Distribution target, long from, long to) {
    if (from != RequestTimes.NOT_YET && to != RequestTimes.NOT_YET) {
      target.add((to - from) * NANOS);
    }
  }

  long requestsSucceeded() {
    return succeeded.values().stream().mapToLong(LongAdder::sum).sum();
  }
}

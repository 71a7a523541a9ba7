package org.lmdeploy.server.http.observe;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.lmdeploy.api.engine.FinishReason;

/** What is counted of one model from its first request on. Safe for many threads. */
final class ModelMetrics {
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

  long requestsSucceeded() {
    return succeeded.values().stream().mapToLong(LongAdder::sum).sum();
  }
}

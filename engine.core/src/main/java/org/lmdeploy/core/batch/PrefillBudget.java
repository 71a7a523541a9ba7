package org.lmdeploy.core.batch;

import java.util.ArrayDeque;
import java.util.Deque;
import org.lmdeploy.api.engine.EngineOptions;

/**
 * How many prompt tokens a step takes (TurboMind's {@code AdjustMaxInputCount}): as many as {@code
 * num_tokens_per_iter} aims at and as {@code max_prefill_iters} demands, so that what is pending
 * now is done in so many steps, but at most {@code max_prefill_token_num} with the decoding rows,
 * which all take part in any case. While a prompt is pending at least one of its tokens is taken.
 */
final class PrefillBudget {
  private final int most;
  private final int aim;
  private final int iterations;

  /** Shares of the last {@code iterations} steps, but for those that a later one outdid. */
  private final Deque<Share> shares = new ArrayDeque<>();

  private long step;

  /** What the tokens pending at a step demand of it and of the steps after it. */
  private record Share(long step, int tokens) {}

  PrefillBudget(EngineOptions options) {
    most = options.maxPrefillTokenNum();
    aim = options.numTokensPerIter() == 0 ? most : options.numTokensPerIter();
    iterations = options.maxPrefillIters();
  }

  /** Most new tokens of a step, with up to {@code maxBatchSize} sequences. */
  static int largestStep(EngineOptions options) {
    return Math.max(options.maxPrefillTokenNum(), options.maxBatchSize());
  }

  /**
   * The prompt tokens of the next step.
   *
   * @param pending tokens of all running prompts that are not computed
   * @param decoding rows of the step that decode
   */
  int next(int pending, int decoding) {
    if (pending == 0) {
      shares.clear();
      return 0;
    }
    int total = Math.max(demand(pending) + decoding, aim);
    return Math.max(1, Math.min(total, most) - decoding);
  }

  /** The largest share of the last steps: what was pending then must be done in time. */
  private int demand(int pending) {
    Share now = new Share(++step, Math.ceilDiv(pending, iterations));
    while (!shares.isEmpty() && shares.getLast().tokens <= now.tokens) {
      shares.removeLast();
    }
    shares.addLast(now);
    if (shares.getFirst().step <= step - iterations) {
      shares.removeFirst();
    }
    return shares.getFirst().tokens;
  }
}

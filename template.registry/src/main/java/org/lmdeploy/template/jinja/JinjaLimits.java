package org.lmdeploy.template.jinja;

import java.time.Duration;

/**
 * What one rendering may use. Templates come with downloaded checkpoints, so they are treated as
 * hostile.
 *
 * @param steps evaluated expressions and statements
 * @param characters characters written or built in intermediate strings and lists, all together
 * @param depth nested evaluations (macro recursion, nested expressions)
 * @param time wall clock
 */
public record JinjaLimits(long steps, long characters, int depth, Duration time) {
  /** Room for prompts of some million characters; a runaway template ends within seconds. */
  public static final JinjaLimits DEFAULT =
      new JinjaLimits(20_000_000, 200_000_000, 400, Duration.ofSeconds(10));
}

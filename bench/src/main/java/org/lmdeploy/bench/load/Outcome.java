package org.lmdeploy.bench.load;

import java.util.Optional;
import org.lmdeploy.bench.data.Request;

/**
 * How one request went.
 *
 * @param request the request
 * @param clock when its tokens came
 * @param failure what went wrong; empty for an answer of exactly the tokens asked for
 */
public record Outcome(Request request, TokenClock clock, Optional<String> failure) {
  /** Whether the answer is complete. */
  public boolean succeeded() {
    return failure.isEmpty();
  }
}

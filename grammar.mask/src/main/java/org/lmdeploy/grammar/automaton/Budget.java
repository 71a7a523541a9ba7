package org.lmdeploy.grammar.automaton;

import org.lmdeploy.api.error.InvalidRequestException;

/** How much work one output format may make. Counts steps, not time, so that it never flickers. */
public final class Budget {
  /** Places in an automaton before it is made deterministic. */
  private static final int MOST_NODES = 100_000;

  /** States of all automatons of a format. */
  private static final int MOST_STATES = 40_000;

  /** Elementary steps while automatons are made. */
  private static final long MOST_STEPS = 12_000_000;

  private final String what;
  private long nodes;
  private long states;
  private long steps;

  /**
   * @param what what is compiled, for messages
   */
  public Budget(String what) {
    this.what = what;
  }

  /** Counts nodes. */
  public void nodes(long count) {
    nodes += count;
    check(nodes <= MOST_NODES);
  }

  /** Counts states. */
  public void states(long count) {
    states += count;
    check(states <= MOST_STATES);
  }

  /** Counts steps. */
  public void steps(long count) {
    steps += count;
    check(steps <= MOST_STEPS);
  }

  private void check(boolean within) {
    if (!within) {
      throw new InvalidRequestException(
          "response_format",
          what
              + " is larger than what is accepted: smaller repetitions, shorter bounds or fewer"
              + " alternatives are needed");
    }
  }
}

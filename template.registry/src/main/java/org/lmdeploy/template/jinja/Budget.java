package org.lmdeploy.template.jinja;

/**
 * Counts what one rendering uses and stops it at its limits. The rendering's budget is bound to its
 * thread, since every corner of the value library has to count: a list that holds itself twice, and
 * that again, is small in memory and endless to print.
 */
final class Budget {
  static final ScopedValue<Budget> CURRENT = ScopedValue.newInstance();

  private static final int CLOCK_INTERVAL = 1024;

  private final JinjaLimits limits;
  private final long deadline;
  private long steps;
  private long characters;
  private int depth;

  Budget(JinjaLimits limits) {
    this.limits = limits;
    this.deadline = System.nanoTime() + limits.time().toNanos();
  }

  /** One more expression, statement or visited value. */
  static void step() {
    Budget budget = CURRENT.get();
    if (++budget.steps > budget.limits.steps()) {
      throw JinjaException.limit(
          "the template needs more than " + budget.limits.steps() + " steps");
    }
    if (budget.steps % CLOCK_INTERVAL == 0) {
      budget.checkTime();
    }
  }

  /** About to build {@code count} characters or list elements. */
  static void build(long count) {
    Budget budget = CURRENT.get();
    budget.characters += Math.max(0, count);
    if (count < 0 || budget.characters > budget.limits.characters()) {
      throw JinjaException.limit(
          "the template builds more than " + budget.limits.characters() + " characters");
    }
    if (count > CLOCK_INTERVAL) {
      budget.checkTime();
    }
  }

  static void enter() {
    Budget budget = CURRENT.get();
    if (++budget.depth > budget.limits.depth()) {
      throw JinjaException.limit(
          "the template nests deeper than " + budget.limits.depth() + " levels");
    }
  }

  static void leave() {
    CURRENT.get().depth--;
  }

  private void checkTime() {
    if (System.nanoTime() - deadline > 0) {
      throw JinjaException.limit("the template runs longer than " + limits.time());
    }
  }
}

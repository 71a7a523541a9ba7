package org.lmdeploy.grammar.automaton;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Expands stacks until something that reads bytes is on top of each.
 *
 * <p>An ambiguous grammar could have any number of ways of reading a text. Beyond a limit the later
 * ones are given up: each can be finished alone, so that some texts are lost but none becomes wrong
 * and no answer gets stuck.
 */
final class Closure {
  private static final int MOST_STACKS = 200;
  private static final int MOST_EXPANSIONS = 20_000;

  /** Up to so many are compared one by one. */
  private static final int FEW = 16;

  /** All that came up; those from {@link #next} on are not expanded yet. */
  private final List<Stack> all = new ArrayList<>();

  private final List<Stack> stacks = new ArrayList<>();
  private Set<Stack> seen;
  private int next;
  private boolean mayEnd;

  void add(Stack stack) {
    push(stack);
    while (next < all.size()) {
      if (all.size() > MOST_EXPANSIONS && (mayEnd || !stacks.isEmpty())) {
        next = all.size();
        return;
      }
      expand(all.get(next++));
    }
  }

  private void expand(Stack stack) {
    switch (stack.top()) {
      case Terminal terminal -> {
        if (terminal.goesOn() && stacks.size() < MOST_STACKS) {
          stacks.add(stack);
        }
        if (terminal.mayLeave()) {
          push(terminal.leave(stack.rest()));
        }
      }
      case Nonterminal nonterminal -> nonterminal.expand(stack.rest(), this::push);
      default -> throw new IllegalStateException("an element of no kind");
    }
  }

  private void push(Stack stack) {
    if (stack == null) {
      mayEnd = true;
    } else if (isNew(stack)) {
      all.add(stack);
    }
  }

  private boolean isNew(Stack stack) {
    if (all.size() < FEW) {
      return !all.contains(stack);
    }
    if (seen == null) {
      seen = new HashSet<>(all);
    }
    return seen.add(stack);
  }

  State state() {
    return new State(stacks.toArray(Stack[]::new), mayEnd);
  }
}

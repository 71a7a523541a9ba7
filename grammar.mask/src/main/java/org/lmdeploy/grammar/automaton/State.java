package org.lmdeploy.grammar.automaton;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Where an answer stands in its grammar: all the ways of reading it, as stacks whose tops read
 * bytes or are special tokens, and whether it may end. Each way can be finished, so that a state
 * with stacks is no dead end.
 */
public final class State {
  private final Stack[] stacks;
  private final boolean mayEnd;
  private final int hash;

  State(Stack[] stacks, boolean mayEnd) {
    this.stacks = stacks;
    this.mayEnd = mayEnd;
    hash = Arrays.hashCode(stacks) * 2 + (mayEnd ? 1 : 0);
  }

  /** The state before a stack, which may be the empty one. */
  public static State of(Stack stack) {
    Closure closure = new Closure();
    closure.add(stack);
    return closure.state();
  }

  /** The state after a byte from 0 to 255; null if it may not come. */
  public State next(int b) {
    if (stacks.length == 1) {
      Stack stack = stacks[0];
      Terminal next = ((Terminal) stack.top()).next(b);
      if (next == null) {
        return null;
      }
      if (!next.mayLeave()) {
        return new State(new Stack[] {new Stack(next, stack.rest())}, false);
      }
    }
    Closure closure = null;
    for (Stack stack : stacks) {
      Terminal next = ((Terminal) stack.top()).next(b);
      if (next != null) {
        closure = closure == null ? new Closure() : closure;
        closure.add(new Stack(next, stack.rest()));
      }
    }
    return closure == null ? null : closure.state();
  }

  /** The state after some bytes; null if they may not come. */
  public State next(byte[] bytes) {
    State state = this;
    for (int i = 0; i < bytes.length && state != null; i++) {
      state = state.next(bytes[i] & 0xff);
    }
    return state;
  }

  /** The state after a special token; null if it may not come. */
  public State nextSpecial(int id) {
    Closure closure = null;
    Predicate<Stack> begins = stack -> stack.top() instanceof SpecialToken s && s.id() == id;
    for (Stack stack : stacks) {
      if (begins.test(stack)) {
        closure = closure == null ? new Closure() : closure;
        closure.add(stack.rest());
      }
    }
    return closure == null ? null : closure.state();
  }

  /** How many ways of reading go on. */
  public int size() {
    return stacks.length;
  }

  /** One of them; its top is a {@link Terminal}. */
  public Stack stack(int index) {
    return stacks[index];
  }

  /** Whether the answer may end here. */
  public boolean mayEnd() {
    return mayEnd;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof State state
        && hash == state.hash
        && mayEnd == state.mayEnd
        && Arrays.equals(stacks, state.stacks);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}

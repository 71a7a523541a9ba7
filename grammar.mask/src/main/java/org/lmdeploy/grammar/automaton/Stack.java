package org.lmdeploy.grammar.automaton;

/**
 * What must come, the first on top: one way of reading what has come so far. Null is the empty
 * stack, the end of the answer. Immutable; stacks share their rests.
 */
public final class Stack {
  private final Element top;
  private final Stack rest;
  private final int hash;

  /** A part on top of a rest. */
  public Stack(Element top, Stack rest) {
    this.top = top;
    this.rest = rest;
    hash = top.hashCode() * 31 + (rest == null ? 7 : rest.hash * 17);
  }

  /** What comes next. */
  public Element top() {
    return top;
  }

  /** What comes after it. */
  public Stack rest() {
    return rest;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Stack stack)) {
      return false;
    }
    Stack a = this;
    Stack b = stack;
    while (a != b) {
      if (a == null || b == null || a.hash != b.hash || !a.top.equals(b.top)) {
        return false;
      }
      a = a.rest;
      b = b.rest;
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}

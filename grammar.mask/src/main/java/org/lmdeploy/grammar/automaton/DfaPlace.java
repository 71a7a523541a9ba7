package org.lmdeploy.grammar.automaton;

/** A state of a {@link Dfa}. Each exists once, so that identity is equality. */
public final class DfaPlace extends Terminal {
  private final Dfa dfa;
  private final int state;

  DfaPlace(Dfa dfa, int state) {
    this.dfa = dfa;
    this.state = state;
  }

  @Override
  public DfaPlace next(int b) {
    int next = dfa.next(state, b);
    return next < 0 ? null : dfa.place(next);
  }

  @Override
  public boolean mayLeave() {
    return dfa.accepts(state);
  }

  @Override
  public boolean goesOn() {
    return dfa.goesOn(state);
  }

  /** How many strings can follow, or {@link Dfa#INFINITE}. */
  public long size() {
    return dfa.size(state);
  }
}

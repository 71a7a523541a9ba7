package org.lmdeploy.grammar;

import org.lmdeploy.api.grammar.TokenConstraint;
import org.lmdeploy.grammar.automaton.State;
import org.lmdeploy.grammar.vocabulary.Vocabulary;

/** Where one answer stands. */
final class MaskConstraint implements TokenConstraint {
  private final Vocabulary vocabulary;
  private State state;

  MaskConstraint(Vocabulary vocabulary, State state) {
    this.vocabulary = vocabulary;
    this.state = state;
  }

  @Override
  public long[] permitted() {
    return vocabulary.masks().of(state);
  }

  @Override
  public boolean mayEnd() {
    return state.mayEnd();
  }

  @Override
  public boolean complete() {
    return state.mayEnd() && state.size() == 0;
  }

  @Override
  public void accept(int id) {
    State next = vocabulary.bytes(id).map(state::next).orElseGet(() -> state.nextSpecial(id));
    if (next == null) {
      throw new IllegalArgumentException("token " + id + " is not permitted here");
    }
    state = next;
  }
}

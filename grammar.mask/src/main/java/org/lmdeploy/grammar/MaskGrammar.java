package org.lmdeploy.grammar;

import org.lmdeploy.api.grammar.OutputGrammar;
import org.lmdeploy.api.grammar.TokenConstraint;
import org.lmdeploy.grammar.automaton.State;
import org.lmdeploy.grammar.vocabulary.Vocabulary;

/** A compiled output format. */
final class MaskGrammar implements OutputGrammar {
  private final Vocabulary vocabulary;
  private final State start;

  MaskGrammar(Vocabulary vocabulary, State start) {
    this.vocabulary = vocabulary;
    this.start = start;
  }

  @Override
  public TokenConstraint start() {
    return new MaskConstraint(vocabulary, start);
  }
}

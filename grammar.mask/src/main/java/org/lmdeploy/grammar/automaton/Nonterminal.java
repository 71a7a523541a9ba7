package org.lmdeploy.grammar.automaton;

import java.util.function.Consumer;

/** A part that is made of others. */
public abstract class Nonterminal extends Element {
  /** For the elements of this package and of the parts of JSON. */
  protected Nonterminal() {
    super(false);
  }

  /**
   * Gives the stacks that may stand for this part on top of a rest. Parts that cannot be finished
   * are left out.
   */
  public abstract void expand(Stack rest, Consumer<Stack> to);
}

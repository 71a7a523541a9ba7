package org.lmdeploy.grammar.automaton;

import java.util.List;

/** A part of a grammar: what may stand at a place. */
public abstract class Element {
  private boolean finite;

  Element(boolean finite) {
    this.finite = finite;
  }

  /**
   * Whether some text of it can be finished. An element that cannot, such as a type that always
   * contains itself, is never begun. Known after {@link Liveness#compute}.
   */
  public final boolean isFinite() {
    return finite;
  }

  /** Says that some text of it can be finished. */
  protected final void setFinite() {
    finite = true;
  }

  /** The elements that it is made of. */
  protected abstract List<Element> parts();

  /** Whether some text can be finished, given what is known of the parts so far. */
  protected abstract boolean computeFinite();
}

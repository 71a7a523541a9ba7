package org.lmdeploy.grammar.automaton;

import java.util.List;

/**
 * A place inside a part of a grammar that reads bytes: where a byte leads, and whether the part may
 * end. Immutable, with equality by what may follow.
 */
public abstract class Terminal extends Element {
  /** For terminals of this package and of the parts of JSON. */
  protected Terminal() {
    super(true);
  }

  /** The place after a byte from 0 to 255; null if it may not come. */
  public abstract Terminal next(int b);

  /** Whether the part may end here. */
  public abstract boolean mayLeave();

  /** Whether any byte may come here. */
  public abstract boolean goesOn();

  /** What follows when the part ends here. */
  public Stack leave(Stack rest) {
    return rest;
  }

  /** Whether what follows the part depends on the place where it ends. */
  public boolean choosesRest() {
    return false;
  }

  /**
   * The place by which sets of tokens are kept: one that lets through the same strings up to a
   * length.
   *
   * @param bytes no token is longer
   */
  public Terminal within(int bytes) {
    return this;
  }

  @Override
  protected final List<Element> parts() {
    return List.of();
  }

  @Override
  protected final boolean computeFinite() {
    return true;
  }
}

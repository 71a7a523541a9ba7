package org.lmdeploy.grammar.automaton;

/** A special token, which is no text: only its id leads on. */
public final class SpecialToken extends Terminal {
  private final int id;

  /** The token of an id. */
  public SpecialToken(int id) {
    this.id = id;
  }

  /** The token's id. */
  public int id() {
    return id;
  }

  @Override
  public Terminal next(int b) {
    return null;
  }

  @Override
  public boolean mayLeave() {
    return false;
  }

  @Override
  public boolean goesOn() {
    return true;
  }
}

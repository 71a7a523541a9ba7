package org.lmdeploy.grammar.json;

import org.lmdeploy.grammar.automaton.DfaPlace;
import org.lmdeploy.grammar.automaton.Literal;
import org.lmdeploy.grammar.automaton.Terminal;

/** A place in a string after its opening quote, with the numbers of characters still to come. */
final class CountedString extends Terminal {
  private static final DfaPlace BETWEEN = JsonText.CHARACTER.start();
  private static final Terminal END = Literal.of("");

  private final DfaPlace character;
  private final int least;
  private final int most;

  private CountedString(DfaPlace character, int least, int most) {
    this.character = character;
    this.least = least;
    this.most = most;
  }

  static CountedString of(int least, int most) {
    return new CountedString(BETWEEN, least, most);
  }

  @Override
  public Terminal next(int b) {
    if (character == BETWEEN) {
      if (b == '"') {
        return least == 0 ? END : null;
      }
      if (most == 0) {
        return null;
      }
    }
    DfaPlace next = character.next(b);
    if (next == null) {
      return null;
    }
    return next.mayLeave()
        ? of(Math.max(0, least - 1), most == Integer.MAX_VALUE ? most : most - 1)
        : new CountedString(next, least, most);
  }

  @Override
  public boolean mayLeave() {
    return false;
  }

  @Override
  public boolean goesOn() {
    return true;
  }

  @Override
  public Terminal within(int bytes) {
    return new CountedString(character, Math.min(least, bytes + 1), Math.min(most, bytes + 1));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CountedString string
        && character == string.character
        && least == string.least
        && most == string.most;
  }

  @Override
  public int hashCode() {
    return (System.identityHashCode(character) * 31 + least) * 31 + most;
  }
}

package org.lmdeploy.grammar.automaton;

import java.util.List;

/**
 * A place in a key of a JSON object, from its opening to its closing quote, that must differ from
 * other keys. What follows the key depends on it only in that it must not come again.
 */
public abstract class KeyTerminal extends Terminal {
  /** For the parts of JSON. */
  protected KeyTerminal() {}

  /**
   * What follows the key, whatever it will be.
   *
   * @param noOther whether what follows is what is right in any case, without a further key, and
   *     not what is right in some case
   */
  public abstract Stack leaveSomehow(Stack rest, boolean noOther);

  /** The same place without other keys. */
  public abstract Terminal anyKey();

  /** What must not follow, up to the closing quote, since it would complete a key that is taken. */
  public abstract List<byte[]> taken();

  /**
   * Whether {@link #anyKey} and {@link #taken} do not say it all, since there are only so many keys
   * that some beginnings have all of theirs taken.
   */
  public abstract boolean isScarce();
}

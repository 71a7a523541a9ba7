package org.lmdeploy.grammar.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.grammar.automaton.Dfa;
import org.lmdeploy.grammar.automaton.DfaPlace;
import org.lmdeploy.grammar.automaton.KeyTerminal;
import org.lmdeploy.grammar.automaton.Stack;
import org.lmdeploy.grammar.automaton.Terminal;

/** A place in a key that a schema does not name. */
final class KeyPlace extends KeyTerminal {
  private final ObjectShape.Keys keys;
  private final ObjectRest before;
  private final DfaPlace place;
  private final String written;

  private KeyPlace(ObjectShape.Keys keys, ObjectRest before, DfaPlace place, String written) {
    this.keys = keys;
    this.before = before;
    this.place = place;
    this.written = written;
  }

  /** The beginning of a key of a kind. */
  static KeyPlace of(ObjectShape.Keys keys, ObjectRest before) {
    return new KeyPlace(keys, before, keys.dfa().start(), "");
  }

  static byte[] bytes(String key) {
    return key.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public Terminal next(int b) {
    DfaPlace next = place.next(b);
    if (next == null) {
      return null;
    }
    String key = written + (char) b;
    if (next.mayLeave() ? before.taken().contains(key) : isScarce() && left(next, key) <= 0) {
      return null;
    }
    return new KeyPlace(keys, before, next, key);
  }

  private long left(DfaPlace next, String beginning) {
    return next.size() - before.taken().count(beginning, keys.dfa());
  }

  @Override
  public boolean mayLeave() {
    return place.mayLeave();
  }

  @Override
  public boolean goesOn() {
    return place.goesOn();
  }

  @Override
  public Stack leave(Stack rest) {
    return ObjectRest.member(keys.value(), before.afterKey(written), rest);
  }

  @Override
  public Stack leaveSomehow(Stack rest, boolean noOther) {
    return ObjectRest.member(keys.value(), before.afterSomeKey(noOther), rest);
  }

  @Override
  public Terminal anyKey() {
    return place;
  }

  @Override
  public List<byte[]> taken() {
    List<byte[]> taken = new ArrayList<>();
    before.taken().forEach(written, key -> taken.add(bytes(key.substring(written.length()))));
    return taken;
  }

  @Override
  public boolean isScarce() {
    return keys.dfa().size() != Dfa.INFINITE;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyPlace key
        && keys == key.keys
        && place == key.place
        && written.equals(key.written)
        && before.equals(key.before);
  }

  @Override
  public int hashCode() {
    return (written.hashCode() * 31 + System.identityHashCode(place)) * 31 + before.hashCode();
  }
}

package org.lmdeploy.grammar.json;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.lmdeploy.grammar.automaton.Dfa;

/**
 * Keys that are taken: those that a schema names, and those written so far. A key is kept with its
 * quotes, each character standing for one byte. Immutable.
 */
final class KeySet {
  private final TreeSet<String> named;
  private final KeySet before;
  private final String last;
  private final boolean all;
  private final int hash;

  private KeySet(TreeSet<String> named, KeySet before, String last, boolean all) {
    this.named = named;
    this.before = before;
    this.last = last;
    this.all = all;
    hash =
        (last == null ? System.identityHashCode(named) : before.hash + last.hashCode())
            + (all ? 1 : 0);
  }

  static KeySet of(Set<String> named) {
    return new KeySet(new TreeSet<>(named), null, null, false);
  }

  KeySet with(String key) {
    return new KeySet(named, this, key, all);
  }

  /** This set as if every key were taken: for what is sure whichever keys are. */
  KeySet withAll() {
    return new KeySet(named, before, last, true);
  }

  boolean contains(String key) {
    if (all) {
      return true;
    }
    for (KeySet at = this; at.last != null; at = at.before) {
      if (at.last.equals(key)) {
        return true;
      }
    }
    return named.contains(key);
  }

  /** Gives the keys with a beginning. */
  void forEach(String prefix, Consumer<String> to) {
    for (KeySet at = this; at.last != null; at = at.before) {
      if (at.last.startsWith(prefix)) {
        to.accept(at.last);
      }
    }
    for (String key : named.tailSet(prefix)) {
      if (!key.startsWith(prefix)) {
        break;
      }
      to.accept(key);
    }
  }

  /** How many keys with a beginning are in a set. */
  long count(String prefix, Dfa in) {
    long[] count = {0};
    forEach(prefix, key -> count[0] += in.contains(KeyPlace.bytes(key)) ? 1 : 0);
    return count[0];
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof KeySet set)
        || hash != set.hash
        || named != set.named
        || all != set.all) {
      return false;
    }
    KeySet a = this;
    KeySet b = set;
    while (a != b) {
      if (a.last == null || b.last == null || !a.last.equals(b.last)) {
        return false;
      }
      a = a.before;
      b = b.before;
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}

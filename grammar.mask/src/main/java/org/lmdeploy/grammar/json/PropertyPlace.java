package org.lmdeploy.grammar.json;

import org.lmdeploy.grammar.automaton.Stack;
import org.lmdeploy.grammar.automaton.Terminal;

/**
 * A place in the key of one of several properties. The properties that are still possible are those
 * of a run of the schema's order, and of a run of the order of their bytes: those with the same
 * beginning.
 */
final class PropertyPlace extends Terminal {
  private final ObjectRest before;
  private final int from;
  private final int last;
  private final int low;
  private final int high;
  private final int depth;

  private PropertyPlace(ObjectRest before, int from, int last, int low, int high, int depth) {
    this.before = before;
    this.from = from;
    this.last = last;
    this.low = low;
    this.high = high;
    this.depth = depth;
  }

  /** The beginning of a key of the properties from one to another; null if none can come. */
  static PropertyPlace of(ObjectRest before, int from, int last) {
    return new PropertyPlace(before, from, last, 0, before.shape().properties().size(), 0).orNull();
  }

  private PropertyPlace orNull() {
    for (int at = low; at < high; at++) {
      int index = before.shape().indexInOrder(at);
      if (index >= from
          && index <= last
          && before.shape().properties().get(index).value().isFinite()) {
        return this;
      }
    }
    return null;
  }

  @Override
  public Terminal next(int b) {
    int start = boundary(b);
    int end = boundary(b + 1);
    return start == end
        ? null
        : new PropertyPlace(before, from, last, start, end, depth + 1).orNull();
  }

  /** The first key whose next byte is not less. No key is the beginning of another. */
  private int boundary(int b) {
    int start = low;
    int end = high;
    while (start < end) {
      int middle = start + end >>> 1;
      byte[] name = before.shape().nameInOrder(middle);
      if (depth >= name.length || (name[depth] & 0xff) < b) {
        start = middle + 1;
      } else {
        end = middle;
      }
    }
    return start;
  }

  @Override
  public boolean mayLeave() {
    return high - low == 1 && before.shape().nameInOrder(low).length == depth;
  }

  @Override
  public boolean goesOn() {
    return !mayLeave();
  }

  @Override
  public Stack leave(Stack rest) {
    int index = before.shape().indexInOrder(low);
    return ObjectRest.member(
        before.shape().properties().get(index).value(), before.after(index), rest);
  }

  @Override
  public boolean choosesRest() {
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PropertyPlace place
        && from == place.from
        && last == place.last
        && low == place.low
        && high == place.high
        && depth == place.depth
        && before.equals(place.before);
  }

  @Override
  public int hashCode() {
    return (((from * 31 + last) * 31 + low) * 31 + depth) * 31 + before.hashCode();
  }
}

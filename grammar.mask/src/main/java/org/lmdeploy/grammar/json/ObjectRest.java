package org.lmdeploy.grammar.json;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lmdeploy.grammar.automaton.Dfa;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Nonterminal;
import org.lmdeploy.grammar.automaton.Stack;

/** An object after some of its members. */
final class ObjectRest extends Nonterminal {
  private final ObjectShape shape;

  /** The next property that may come; the number of properties after one that is not named. */
  private final int index;

  private final boolean first;

  /** How many members there are; 0 if it does not matter. */
  private final int count;

  private final KeySet taken;

  private ObjectRest(ObjectShape shape, int index, boolean first, int count, KeySet taken) {
    this.shape = shape;
    this.index = index;
    this.first = first;
    this.count = shape.counts() ? count : 0;
    this.taken = taken;
  }

  static ObjectRest start(ObjectShape shape) {
    return new ObjectRest(shape, 0, true, 0, shape.named());
  }

  KeySet taken() {
    return taken;
  }

  ObjectShape shape() {
    return shape;
  }

  /** After a property. */
  ObjectRest after(int property) {
    return finite(new ObjectRest(shape, property + 1, false, count + 1, taken));
  }

  /** After a member that is not named. */
  ObjectRest afterKey(String key) {
    return finite(
        new ObjectRest(shape, shape.properties().size(), false, count + 1, taken.with(key)));
  }

  /** After a member whose key is not known: no other key may come, or any other. */
  ObjectRest afterSomeKey(boolean noOther) {
    KeySet then = noOther ? taken.withAll() : taken;
    return finite(new ObjectRest(shape, shape.properties().size(), false, count + 1, then));
  }

  private static ObjectRest finite(ObjectRest rest) {
    rest.setFinite();
    return rest;
  }

  /** What follows a key. */
  static Stack member(Element value, ObjectRest after, Stack rest) {
    return new Stack(
        JsonText.COLON, new Stack(JsonText.SPACE, new Stack(value, new Stack(after, rest))));
  }

  @Override
  public void expand(Stack rest, Consumer<Stack> to) {
    List<ObjectShape.Property> properties = shape.properties();
    int required = index;
    while (required < properties.size() && !properties.get(required).required()) {
      required++;
    }
    boolean open = required == properties.size();
    if (index < properties.size()) {
      int from = index;
      int last = open ? required - 1 : required;
      if (shape.counts()) {
        if (count + requiredFrom(index) >= shape.most()) {
          from = required; // there is room for those that must come, and no other
        }
        last = lastThatLeavesEnough(from, last);
        if (count >= shape.most()) {
          last = -1;
        }
      }
      PropertyPlace place = PropertyPlace.of(this, from, last);
      if (place != null) {
        to.accept(begin(place, rest));
      }
    }
    if (open && count < shape.most() && count + othersLeft() >= shape.least()) {
      for (ObjectShape.Keys keys : shape.others()) {
        if (keys.value().isFinite() && keysLeft(keys) > 0) {
          to.accept(begin(KeyPlace.of(keys, this), rest));
        }
      }
    }
    if (open && count >= shape.least()) {
      Stack close = new Stack(JsonText.CLOSE_OBJECT, rest);
      to.accept(first ? close : new Stack(JsonText.GAP, close));
    }
  }

  private Stack begin(Element key, Stack rest) {
    Stack member = new Stack(JsonText.GAP, new Stack(key, rest));
    return first ? member : new Stack(JsonText.COMMA, member);
  }

  private int requiredFrom(int from) {
    int required = 0;
    for (int i = from; i < shape.properties().size(); i++) {
      required += shape.properties().get(i).required() ? 1 : 0;
    }
    return required;
  }

  /** The last property that may come next such that the fewest members can still be reached. */
  private int lastThatLeavesEnough(int from, int last) {
    long possible = count + othersLeft();
    for (int i = from; i < shape.properties().size(); i++) {
      possible += shape.properties().get(i).value().isFinite() ? 1 : 0;
    }
    int at = from;
    for (; at <= last; at++) {
      if (possible < shape.least()) {
        return at - 1;
      }
      possible -= shape.properties().get(at).value().isFinite() ? 1 : 0;
    }
    return last;
  }

  private long othersLeft() {
    long left = 0;
    for (ObjectShape.Keys keys : shape.others()) {
      left += keys.value().isFinite() ? Math.min(keysLeft(keys), Integer.MAX_VALUE) : 0;
    }
    return left;
  }

  private long keysLeft(ObjectShape.Keys keys) {
    long size = keys.dfa().size();
    return size == Dfa.INFINITE ? size : size - taken.count("", keys.dfa());
  }

  @Override
  protected List<Element> parts() {
    List<Element> parts = new ArrayList<>();
    shape.properties().forEach(property -> parts.add(property.value()));
    shape.others().forEach(keys -> parts.add(keys.value()));
    return parts;
  }

  @Override
  protected boolean computeFinite() {
    long possible = othersLeft();
    int required = 0;
    for (ObjectShape.Property property : shape.properties()) {
      boolean finite = property.value().isFinite();
      if (property.required() && !finite) {
        return false;
      }
      possible += finite ? 1 : 0;
      required += property.required() ? 1 : 0;
    }
    return possible >= shape.least() && required <= shape.most() && shape.least() <= shape.most();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ObjectRest rest
        && shape == rest.shape
        && index == rest.index
        && first == rest.first
        && count == rest.count
        && taken.equals(rest.taken);
  }

  @Override
  public int hashCode() {
    return ((System.identityHashCode(shape) * 31 + index) * 31 + count) * 31
        + taken.hashCode() * 2
        + (first ? 1 : 0);
  }
}

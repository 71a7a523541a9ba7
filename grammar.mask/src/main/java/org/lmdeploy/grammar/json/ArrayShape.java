package org.lmdeploy.grammar.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Elements;
import org.lmdeploy.grammar.automaton.Nonterminal;
import org.lmdeploy.grammar.automaton.Stack;

/**
 * What an array may be.
 *
 * @param first the elements at the first places
 * @param others the elements after them, if there may be any
 * @param least the fewest elements
 * @param most the most elements; {@link Integer#MAX_VALUE} for no limit
 */
public record ArrayShape(List<Element> first, Optional<Element> others, int least, int most) {
  /** The arrays of this shape. */
  public Element element() {
    return Elements.sequence(JsonText.OPEN_ARRAY, new Rest(this, 0));
  }

  private Optional<Element> at(int index) {
    if (index >= most) {
      return Optional.empty();
    }
    return (index < first.size() ? Optional.of(first.get(index)) : others)
        .filter(Element::isFinite);
  }

  /** An array after some elements. */
  private static final class Rest extends Nonterminal {
    private final ArrayShape shape;
    private final int index;

    Rest(ArrayShape shape, int index) {
      this.shape = shape;
      // further places of an array without an end do not differ
      int alike = Math.max(Math.max(shape.least, shape.first.size()), 1);
      this.index = shape.most == Integer.MAX_VALUE ? Math.min(index, alike) : index;
    }

    @Override
    public void expand(Stack rest, Consumer<Stack> to) {
      shape
          .at(index)
          .ifPresent(
              element -> {
                Rest next = new Rest(shape, index + 1);
                next.setFinite();
                Stack one = new Stack(JsonText.GAP, new Stack(element, new Stack(next, rest)));
                to.accept(index == 0 ? one : new Stack(JsonText.COMMA, one));
              });
      if (index >= shape.least) {
        Stack close = new Stack(JsonText.CLOSE_ARRAY, rest);
        to.accept(index == 0 ? close : new Stack(JsonText.GAP, close));
      }
    }

    @Override
    protected List<Element> parts() {
      List<Element> parts = new ArrayList<>(shape.first);
      shape.others.ifPresent(parts::add);
      return parts;
    }

    @Override
    protected boolean computeFinite() {
      for (int i = 0; i < shape.least; i++) {
        if (shape.at(i).isEmpty()) {
          return false;
        }
        if (i >= shape.first.size()) {
          return shape.least <= shape.most;
        }
      }
      return true;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Rest rest && shape == rest.shape && index == rest.index;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(shape) * 31 + index;
    }
  }
}

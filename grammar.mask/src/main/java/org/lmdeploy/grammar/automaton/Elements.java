package org.lmdeploy.grammar.automaton;

import java.util.List;
import java.util.function.Consumer;

/** The ways of putting parts together. */
public final class Elements {
  private Elements() {}

  /** One after the other; the empty text if there are none. */
  public static Element sequence(List<? extends Element> parts) {
    return parts.size() == 1 ? parts.getFirst() : new Sequence(List.copyOf(parts));
  }

  /** One after the other. */
  public static Element sequence(Element... parts) {
    return sequence(List.of(parts));
  }

  /** One of several; of none, what cannot be finished. */
  public static Element choice(List<? extends Element> options) {
    return options.size() == 1 ? options.getFirst() : new Choice(List.copyOf(options));
  }

  /**
   * The same from {@code least} to {@code most} times.
   *
   * @param part what is repeated; it is never empty
   * @param most {@link Integer#MAX_VALUE} for no limit
   */
  public static Element loop(Element part, long least, long most) {
    return new Loop(part, least, most);
  }

  private static final class Sequence extends Nonterminal {
    private final List<Element> parts;

    Sequence(List<Element> parts) {
      this.parts = parts;
    }

    @Override
    public void expand(Stack rest, Consumer<Stack> to) {
      Stack stack = rest;
      for (Element part : parts.reversed()) {
        stack = new Stack(part, stack);
      }
      to.accept(stack);
    }

    @Override
    protected List<Element> parts() {
      return parts;
    }

    @Override
    protected boolean computeFinite() {
      return parts.stream().allMatch(Element::isFinite);
    }
  }

  private static final class Choice extends Nonterminal {
    private final List<Element> options;

    Choice(List<Element> options) {
      this.options = options;
    }

    @Override
    public void expand(Stack rest, Consumer<Stack> to) {
      for (Element option : options) {
        if (option.isFinite()) {
          to.accept(new Stack(option, rest));
        }
      }
    }

    @Override
    protected List<Element> parts() {
      return options;
    }

    @Override
    protected boolean computeFinite() {
      return options.stream().anyMatch(Element::isFinite);
    }
  }

  /** Where it stands in a repetition is in the limits, which shrink. */
  private static final class Loop extends Nonterminal {
    private final Element part;
    private final long least;
    private final long most;

    Loop(Element part, long least, long most) {
      this.part = part;
      this.least = least;
      this.most = most;
      if (least == 0) {
        setFinite();
      }
    }

    @Override
    public void expand(Stack rest, Consumer<Stack> to) {
      if (most > 0 && part.isFinite()) {
        long more = most == Integer.MAX_VALUE ? most : most - 1;
        Loop others =
            least == 0 && more == most ? this : new Loop(part, Math.max(0, least - 1), more);
        if (more == 0) {
          to.accept(new Stack(part, rest));
        } else {
          others.setFinite();
          to.accept(new Stack(part, new Stack(others, rest)));
        }
      }
      if (least == 0) {
        to.accept(rest);
      }
    }

    @Override
    protected List<Element> parts() {
      return List.of(part);
    }

    @Override
    protected boolean computeFinite() {
      return least == 0 || part.isFinite();
    }

    @Override
    public boolean equals(Object other) {
      return this == other
          || (other instanceof Loop loop
              && part == loop.part
              && least == loop.least
              && most == loop.most);
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(part) * 31 + Long.hashCode(least * 31 + most);
    }
  }
}

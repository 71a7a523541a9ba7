package org.lmdeploy.template.jinja;

import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** The variable {@code loop} of a for loop; calling it recurses where the loop is recursive. */
final class LoopState implements Callable {
  private final List<Object> items;
  private final int depth;
  private final UnaryOperator<Object> recursion;
  private int index = -1;
  private List<Object> lastChanged;

  /**
   * @param recursion renders the loop over other items, or null if the loop is not recursive
   */
  LoopState(List<Object> items, int depth, UnaryOperator<Object> recursion) {
    this.items = items;
    this.depth = depth;
    this.recursion = recursion;
  }

  Object next() {
    return items.get(++index);
  }

  boolean hasNext() {
    return index + 1 < items.size();
  }

  @Override
  public Object call(Args args) {
    if (recursion == null) {
      throw JinjaException.runtime("this loop is not marked 'recursive'");
    }
    return recursion.apply(args.limit(1).need(0, "iterable"));
  }

  Object attribute(String name) {
    int size = items.size();
    return switch (name) {
      case "index" -> (long) index + 1;
      case "index0" -> (long) index;
      case "revindex" -> (long) size - index;
      case "revindex0" -> (long) size - index - 1;
      case "first" -> index == 0;
      case "last" -> index == size - 1;
      case "length" -> (long) size;
      case "depth" -> (long) depth + 1;
      case "depth0" -> (long) depth;
      case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("loop.previtem");
      case "nextitem" -> index + 1 < size ? items.get(index + 1) : new Undefined("loop.nextitem");
      case "cycle" -> (Callable) this::cycle;
      case "changed" -> (Callable) this::changed;
      default -> new Undefined("loop." + name);
    };
  }

  private Object cycle(Args args) {
    if (args.count() == 0) {
      throw JinjaException.runtime("loop.cycle needs something to cycle through");
    }
    return args.positional().get(index % args.count());
  }

  private Object changed(Args args) {
    boolean changed = !Objects.equals(lastChanged, args.positional());
    lastChanged = args.positional();
    return changed;
  }
}

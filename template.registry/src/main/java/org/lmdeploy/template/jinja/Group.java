package org.lmdeploy.template.jinja;

import java.util.AbstractList;
import java.util.List;

/** A group of {@code groupby}: a pair, whose parts also have the names grouper and list. */
final class Group extends AbstractList<Object> {
  private final Object grouper;
  private final List<Object> items;

  Group(Object grouper, List<Object> items) {
    this.grouper = grouper;
    this.items = items;
  }

  @Override
  public Object get(int index) {
    return index == 0 ? grouper : items;
  }

  @Override
  public int size() {
    return 2;
  }
}

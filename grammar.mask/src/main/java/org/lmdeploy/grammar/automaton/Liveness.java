package org.lmdeploy.grammar.automaton;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Finds which parts of a grammar can be finished. */
public final class Liveness {
  private Liveness() {}

  /**
   * Marks the elements of a grammar.
   *
   * @return whether the start can be finished
   */
  public static boolean compute(Element start) {
    Set<Element> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Element> order = new ArrayList<>();
    ArrayDeque<Element> open = new ArrayDeque<>(List.of(start));
    seen.add(start);
    while (!open.isEmpty()) {
      Element element = open.pop();
      order.add(element);
      for (Element part : element.parts()) {
        if (seen.add(part)) { // also below what can be finished: a repetition of none has parts
          open.push(part);
        }
      }
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Element element : order.reversed()) {
        if (!element.isFinite() && element.computeFinite()) {
          element.setFinite();
          changed = true;
        }
      }
    }
    return start.isFinite();
  }
}

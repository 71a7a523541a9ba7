package org.lmdeploy.grammar.automaton;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Collects states and moves; the first state is the start. */
public final class DfaBuilder {
  private final Budget budget;

  /** Of a state: low, high and target of each move, in the order of bytes. */
  private final List<int[]> edges = new ArrayList<>();

  private final BitSet accepting = new BitSet();

  /** A builder that counts its states. */
  public DfaBuilder(Budget budget) {
    this.budget = budget;
  }

  /** A new state. */
  public int state() {
    budget.states(1);
    edges.add(new int[0]);
    return edges.size() - 1;
  }

  /** Says that a text may end in a state. */
  public void accept(int state) {
    accepting.set(state);
  }

  /** Adds a move; those of a state come in the order of their bytes. */
  public void edge(int from, int low, int high, int to) {
    int[] old = edges.get(from);
    int n = old.length;
    if (n > 0 && old[n - 1] == to && old[n - 2] + 1 == low) {
      old[n - 2] = high;
      return;
    }
    int[] more = Arrays.copyOf(old, n + 3);
    more[n] = low;
    more[n + 1] = high;
    more[n + 2] = to;
    edges.set(from, more);
  }

  /** The automaton, without the states from which no text can be finished. */
  public Dfa build() {
    BitSet live = live();
    int[] names = new int[edges.size()];
    Arrays.fill(names, -1);
    int count = 0;
    for (int s = live.nextSetBit(0); s >= 0; s = live.nextSetBit(s + 1)) {
      names[s] = count++;
    }
    if (edges.isEmpty() || !live.get(0)) {
      return new Dfa(new int[1][0], new BitSet());
    }
    int[][] kept = new int[count][];
    BitSet keptAccepting = new BitSet();
    for (int s = live.nextSetBit(0); s >= 0; s = live.nextSetBit(s + 1)) {
      int[] old = edges.get(s);
      int[] of = new int[old.length];
      int n = 0;
      for (int i = 0; i < old.length; i += 3) {
        if (live.get(old[i + 2])) {
          of[n] = old[i];
          of[n + 1] = old[i + 1];
          of[n + 2] = names[old[i + 2]];
          n += 3;
        }
      }
      kept[names[s]] = Arrays.copyOf(of, n);
      keptAccepting.set(names[s], accepting.get(s));
    }
    return new Dfa(kept, keptAccepting);
  }

  private BitSet live() {
    List<int[]> reverse = new ArrayList<>();
    int[] count = new int[edges.size()];
    edges.forEach(of -> countTargets(of, count));
    for (int n : count) {
      reverse.add(new int[n]);
    }
    for (int s = 0; s < edges.size(); s++) {
      int[] of = edges.get(s);
      for (int i = 2; i < of.length; i += 3) {
        reverse.get(of[i])[--count[of[i]]] = s;
      }
    }
    BitSet live = (BitSet) accepting.clone();
    ArrayDeque<Integer> open = new ArrayDeque<>();
    accepting.stream().forEach(open::add);
    while (!open.isEmpty()) {
      for (int from : reverse.get(open.poll())) {
        if (!live.get(from)) {
          live.set(from);
          open.add(from);
        }
      }
    }
    return live;
  }

  private static void countTargets(int[] of, int[] count) {
    for (int i = 2; i < of.length; i += 3) {
      count[of[i]]++;
    }
  }
}

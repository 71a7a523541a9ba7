package org.lmdeploy.grammar.regex;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.grammar.automaton.Budget;
import org.lmdeploy.grammar.automaton.Dfa;
import org.lmdeploy.grammar.automaton.DfaBuilder;

/** Makes an automaton deterministic: its states are the sets of nodes that bytes can lead to. */
final class SubsetConstruction {
  private final List<int[]> free;
  private final List<int[]> moves;
  private final Budget budget;
  private final Map<Key, Integer> states = new HashMap<>();
  private final ArrayDeque<int[]> open = new ArrayDeque<>();
  private final BitSet seen = new BitSet();

  private record Key(int[] nodes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.equals(nodes, key.nodes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(nodes);
    }
  }

  SubsetConstruction(List<int[]> free, List<int[]> moves, Budget budget) {
    this.free = free;
    this.moves = moves;
    this.budget = budget;
  }

  Dfa run(int start, int end) {
    DfaBuilder builder = new DfaBuilder(budget);
    state(new int[] {start}, builder);
    for (int[] nodes = open.poll(); nodes != null; nodes = open.poll()) {
      int state = states.get(new Key(nodes));
      if (Arrays.binarySearch(nodes, end) >= 0) {
        builder.accept(state);
      }
      expand(state, nodes, builder);
    }
    return builder.build();
  }

  private void expand(int state, int[] nodes, DfaBuilder builder) {
    List<int[]> edges = new ArrayList<>();
    BitSet cuts = new BitSet(257);
    for (int node : nodes) {
      int[] of = moves.get(node);
      for (int i = 0; i < of.length; i += 3) {
        edges.add(new int[] {of[i], of[i + 1], of[i + 2]});
        cuts.set(of[i]);
        cuts.set(of[i + 1] + 1);
      }
    }
    budget.steps(edges.size());
    for (int low = cuts.nextSetBit(0); low >= 0; ) {
      int next = cuts.nextSetBit(low + 1);
      if (next < 0) {
        break;
      }
      int[] targets = new int[edges.size()];
      int count = 0;
      for (int[] edge : edges) {
        if (edge[0] <= low && low <= edge[1]) {
          targets[count++] = edge[2];
        }
      }
      budget.steps(edges.size());
      if (count > 0) {
        builder.edge(state, low, next - 1, state(Arrays.copyOf(targets, count), builder));
      }
      low = next;
    }
  }

  /** The state of some nodes and all that free moves lead to. */
  private int state(int[] from, DfaBuilder builder) {
    seen.clear();
    ArrayDeque<Integer> stack = new ArrayDeque<>();
    for (int node : from) {
      if (!seen.get(node)) {
        seen.set(node);
        stack.push(node);
      }
    }
    int steps = 0;
    while (!stack.isEmpty()) {
      for (int next : free.get(stack.pop())) {
        steps++;
        if (!seen.get(next)) {
          seen.set(next);
          stack.push(next);
        }
      }
    }
    // nodes with free moves only stand for where these lead
    int[] nodes =
        seen.stream().filter(n -> moves.get(n).length > 0 || free.get(n).length == 0).toArray();
    budget.steps(steps + 2L * nodes.length);
    Key key = new Key(nodes);
    Integer known = states.get(key);
    if (known != null) {
      return known;
    }
    int state = builder.state();
    states.put(key, state);
    open.add(nodes);
    return state;
  }
}

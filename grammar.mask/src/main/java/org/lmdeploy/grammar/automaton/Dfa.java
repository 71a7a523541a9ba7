package org.lmdeploy.grammar.automaton;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * A deterministic automaton over bytes: a regular set of byte strings. From each of its states an
 * accepting one can be reached, so whoever follows its moves is never lost; only that of the empty
 * set has a state without that property, its start.
 */
public final class Dfa {
  /** {@link #size} of a set without an end. */
  public static final long INFINITE = Long.MAX_VALUE;

  private static final int UNKNOWN = -2;

  /** Of a state: low, high and target of each move, in the order of bytes. */
  private final int[][] edges;

  private final BitSet accepting;
  private final DfaPlace[] places;
  private final long[] sizes;

  Dfa(int[][] edges, BitSet accepting) {
    this.edges = edges;
    this.accepting = accepting;
    places = new DfaPlace[edges.length];
    Arrays.setAll(places, state -> new DfaPlace(this, state));
    sizes = new long[edges.length];
    Arrays.fill(sizes, UNKNOWN);
  }

  /** Where a state leads by a byte from 0 to 255; -1 for nowhere. */
  int next(int state, int b) {
    int[] of = edges[state];
    int low = 0;
    int high = of.length / 3 - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      if (b < of[3 * middle]) {
        high = middle - 1;
      } else if (b > of[3 * middle + 1]) {
        low = middle + 1;
      } else {
        return of[3 * middle + 2];
      }
    }
    return -1;
  }

  boolean accepts(int state) {
    return accepting.get(state);
  }

  boolean goesOn(int state) {
    return edges[state].length > 0;
  }

  DfaPlace place(int state) {
    return places[state];
  }

  /** The beginning. */
  public DfaPlace start() {
    return places[0];
  }

  /** Whether it has no string at all. */
  public boolean isEmpty() {
    return accepting.isEmpty();
  }

  /** Whether a string is in it. */
  public boolean contains(byte[] bytes) {
    int state = 0;
    for (int i = 0; i < bytes.length && state >= 0; i++) {
      state = next(state, bytes[i] & 0xff);
    }
    return state >= 0 && accepts(state);
  }

  /** How many strings can follow a state: {@link #INFINITE} for no end of them. */
  synchronized long size(int state) {
    if (sizes[state] == UNKNOWN) {
      computeSizes();
    }
    return sizes[state];
  }

  /** How many strings there are, or {@link #INFINITE}. */
  public long size() {
    return size(0);
  }

  /**
   * In the order in which all targets of a state are known; states on cycles, or before, have no
   * end.
   */
  private void computeSizes() {
    int[] waiting = new int[edges.length];
    int[][] before = new int[edges.length][0];
    ArrayDeque<Integer> ready = new ArrayDeque<>();
    int[] incoming = new int[edges.length];
    for (int[] of : edges) {
      for (int i = 2; i < of.length; i += 3) {
        incoming[of[i]]++;
      }
    }
    Arrays.setAll(before, s -> new int[incoming[s]]);
    for (int s = 0; s < edges.length; s++) {
      waiting[s] = edges[s].length / 3;
      for (int i = 2; i < edges[s].length; i += 3) {
        before[edges[s][i]][--incoming[edges[s][i]]] = s;
      }
      if (waiting[s] == 0) {
        ready.add(s);
      }
    }
    Arrays.fill(sizes, INFINITE);
    while (!ready.isEmpty()) {
      int s = ready.poll();
      long size = accepts(s) ? 1 : 0;
      for (int i = 0; i < edges[s].length; i += 3) {
        long each = edges[s][i + 1] - edges[s][i] + 1L;
        long more = sizes[edges[s][i + 2]];
        // beyond any number of keys that an answer can have
        size = more > 1L << 40 || size > 1L << 40 ? 1L << 41 : size + each * more;
      }
      sizes[s] = size;
      for (int b : before[s]) {
        if (--waiting[b] == 0) {
          ready.add(b);
        }
      }
    }
  }

  /** The strings that are in both. */
  public Dfa and(Dfa other, Budget budget) {
    return product(other, true, budget);
  }

  /** The strings that are here and not in the other. */
  public Dfa minus(Dfa other, Budget budget) {
    return product(other, false, budget);
  }

  private Dfa product(Dfa other, boolean both, Budget budget) {
    DfaBuilder builder = new DfaBuilder(budget);
    Map<Long, Integer> names = new HashMap<>();
    ArrayDeque<long[]> open = new ArrayDeque<>();
    open.add(new long[] {0, 0, builder.state()});
    names.put(0L, 0);
    for (long[] pair = open.poll(); pair != null; pair = open.poll()) {
      int a = (int) pair[0];
      int b = (int) pair[1];
      int name = (int) pair[2];
      boolean inOther = b >= 0 && other.accepts(b);
      if (accepts(a) && inOther == both) {
        builder.accept(name);
      }
      BitSet cuts = cuts(edges[a]);
      if (b >= 0) {
        cuts.or(cuts(other.edges[b]));
      }
      for (int low = cuts.nextSetBit(0); low >= 0 && low < 256; ) {
        int next = cuts.nextSetBit(low + 1);
        int high = next < 0 ? 255 : next - 1;
        int toA = next(a, low);
        int toB = b < 0 ? -1 : other.next(b, low);
        budget.steps(1);
        if (toA >= 0 && (toB >= 0 || !both)) {
          long key = (long) toA << 32 | toB & 0xffffffffL;
          Integer known = names.get(key);
          if (known == null) {
            known = builder.state();
            names.put(key, known);
            open.add(new long[] {toA, toB, known});
          }
          builder.edge(name, low, high, known);
        }
        low = next;
      }
    }
    return builder.build();
  }

  private static BitSet cuts(int[] of) {
    BitSet cuts = new BitSet(257);
    for (int i = 0; i < of.length; i += 3) {
      cuts.set(of[i]);
      cuts.set(of[i + 1] + 1);
    }
    return cuts;
  }

  /** The strings with a byte, which none of them has unescaped, before and after. */
  public Dfa between(int quote, Budget budget) {
    int states = edges.length;
    DfaBuilder builder = new DfaBuilder(budget);
    for (int s = 0; s < states + 2; s++) {
      builder.state();
    }
    builder.edge(0, quote, quote, 1);
    for (int s = 0; s < states; s++) {
      int[] of = edges[s];
      boolean open = accepts(s);
      for (int i = 0; i < of.length; i += 3) {
        if (open && quote < of[i]) {
          builder.edge(s + 1, quote, quote, states + 1);
          open = false;
        }
        builder.edge(s + 1, of[i], of[i + 1], of[i + 2] + 1);
      }
      if (open) {
        builder.edge(s + 1, quote, quote, states + 1);
      }
    }
    builder.accept(states + 1);
    return builder.build();
  }

  /** The strings that have a beginning here, up to the end of the first one. */
  public Dfa firstOnly() {
    int[][] cut = edges.clone();
    accepting.stream().forEach(state -> cut[state] = new int[0]);
    return new Dfa(cut, accepting);
  }
}

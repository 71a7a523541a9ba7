package org.lmdeploy.grammar.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.grammar.automaton.Budget;
import org.lmdeploy.grammar.automaton.Dfa;

/** An automaton over bytes with free moves, built from an expression by Thompson's construction. */
public final class Nfa {
  private final Spelling spelling;
  private final Budget budget;
  private final Map<CodePoints, ByteTree> trees = new HashMap<>();

  /** Of a node: first the targets of its free moves; of its byte moves low, high and target. */
  private final List<int[]> free = new ArrayList<>();

  private final List<int[]> moves = new ArrayList<>();
  private static final int[] NO_MOVES = {};

  /** The spellings of a set as a tree; equal subtrees are one. */
  private record ByteTree(List<Branch> branches) {}

  private record Branch(int low, int high, ByteTree next) {}

  private Nfa(Spelling spelling, Budget budget) {
    this.spelling = spelling;
    this.budget = budget;
  }

  /**
   * The deterministic automaton of an expression.
   *
   * @throws org.lmdeploy.api.error.InvalidRequestException if it exceeds the budget
   */
  public static Dfa dfa(Regex regex, Spelling spelling, Budget budget) {
    Nfa nfa = new Nfa(spelling, budget);
    int end = nfa.node();
    int start = nfa.build(regex, end);
    return new SubsetConstruction(nfa.free, nfa.moves, budget).run(start, end);
  }

  private int node() {
    budget.nodes(1);
    free.add(NO_MOVES);
    moves.add(NO_MOVES);
    return free.size() - 1;
  }

  private void freeMove(int from, int to) {
    int[] old = free.get(from);
    int[] more = Arrays.copyOf(old, old.length + 1);
    more[old.length] = to;
    free.set(from, more);
  }

  /** Builds what comes before {@code next}; gives its first node. */
  private int build(Regex regex, int next) {
    return switch (regex) {
      case Regex.One one -> one(one.set(), next);
      case Regex.Concat concat -> {
        int at = next;
        for (Regex part : concat.parts().reversed()) {
          at = build(part, at);
        }
        yield at;
      }
      case Regex.Either either -> {
        int start = node();
        int[] options = new int[either.options().size()];
        for (int i = 0; i < options.length; i++) {
          options[i] = build(either.options().get(i), next);
        }
        free.set(start, options);
        yield start;
      }
      case Regex.Times times -> times(times, next);
    };
  }

  private int times(Regex.Times times, int next) {
    budget.steps(1);
    int at = next;
    if (times.most() == Regex.UNLIMITED) {
      int loop = node();
      int body = build(times.part(), loop);
      free.set(loop, new int[] {body, next});
      at = loop;
    } else {
      for (int i = times.least(); i < times.most(); i++) {
        int optional = node();
        int body = build(times.part(), at);
        free.set(optional, new int[] {body, next});
        at = optional;
      }
    }
    for (int i = 0; i < times.least(); i++) {
      int before = free.size();
      at = build(times.part(), at);
      budget.steps(1 + free.size() - before);
    }
    return at;
  }

  private int one(CodePoints set, int next) {
    ByteTree tree =
        trees.computeIfAbsent(
            set,
            missing -> {
              List<int[]> sequences = spelling.sequences(missing);
              budget.steps(sequences.size());
              return tree(sequences, 0);
            });
    return place(tree, next, new HashMap<>());
  }

  private int place(ByteTree tree, int next, Map<ByteTree, Integer> placed) {
    if (tree.branches().isEmpty()) {
      return next;
    }
    Integer known = placed.get(tree);
    if (known != null) {
      return known;
    }
    int node = node();
    placed.put(tree, node);
    int[] edges = new int[3 * tree.branches().size()];
    budget.steps(tree.branches().size());
    for (int i = 0; i < tree.branches().size(); i++) {
      Branch branch = tree.branches().get(i);
      edges[3 * i] = branch.low();
      edges[3 * i + 1] = branch.high();
      edges[3 * i + 2] = place(branch.next(), next, placed);
    }
    moves.set(node, edges);
    return node;
  }

  private static ByteTree tree(List<int[]> sequences, int depth) {
    Map<Integer, List<int[]>> byFirst = new LinkedHashMap<>();
    for (int[] sequence : sequences) {
      if (2 * depth < sequence.length) {
        int first = sequence[2 * depth] << 8 | sequence[2 * depth + 1];
        byFirst.computeIfAbsent(first, _ -> new ArrayList<>()).add(sequence);
      }
    }
    List<Branch> branches = new ArrayList<>();
    byFirst.forEach(
        (range, group) -> {
          ByteTree next = tree(group, depth + 1);
          Branch last = branches.isEmpty() ? null : branches.getLast();
          if (last != null && last.high() + 1 == range >> 8 && last.next().equals(next)) {
            branches.removeLast();
            branches.add(new Branch(last.low(), range & 0xff, next));
          } else {
            branches.add(new Branch(range >> 8, range & 0xff, next));
          }
        });
    return new ByteTree(branches);
  }
}

package org.lmdeploy.grammar.vocabulary;

import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.lmdeploy.grammar.automaton.KeyTerminal;
import org.lmdeploy.grammar.automaton.SpecialToken;
import org.lmdeploy.grammar.automaton.Stack;
import org.lmdeploy.grammar.automaton.State;
import org.lmdeploy.grammar.automaton.Terminal;

/**
 * The sets of tokens that may come next, for the states of all grammars over one vocabulary. They
 * are put together from what single terminals say of the vocabulary, which is kept: the idea of
 * context-independent tokens of XGrammar (arXiv 2411.15100).
 */
public final class TokenMasks {
  /** For the sets of states and for those of terminals, each. */
  private static final long MOST_BYTES = 32L << 20;

  private final TokenTrie trie;
  private final int words;
  private final LeastRecent<State, long[]> masks;
  private final LeastRecent<Place, LocalTokens> locals;
  private final LeastRecent<KeyPlace, AnyKey> anyKeys;
  private final LongAdder computed = new LongAdder();

  private record Place(Terminal terminal, int node, boolean key) {}

  /** A place in any key, and what follows if every other key may come. */
  private record KeyPlace(Terminal terminal, int node, Stack after) {}

  /**
   * Tokens in any key.
   *
   * @param severalKeys nodes of further tokens, which hold another key that must not be this one
   */
  private record AnyKey(long[] mask, int[] severalKeys) {
    static final AnyKey TOO_MANY = new AnyKey(null, null);
  }

  TokenMasks(TokenTrie trie, int vocabSize) {
    this.trie = trie;
    words = (vocabSize + 63) / 64;
    int entries = Math.clamp(MOST_BYTES / (8L * words + 64), 64, 20_000);
    masks = new LeastRecent<>(entries);
    locals = new LeastRecent<>(entries);
    anyKeys = new LeastRecent<>(entries / 4);
  }

  /** The tokens that may come next: id {@code i} is bit {@code i % 64} of word {@code i / 64}. */
  public long[] of(State state) {
    return masks.get(state, this::compute);
  }

  /** How many sets had to be computed so far, since they were not kept. */
  public long computed() {
    return computed.sum();
  }

  private long[] compute(State state) {
    computed.increment();
    long[] mask = new long[words];
    for (int i = 0; i < state.size(); i++) {
      Stack stack = state.stack(i);
      if (stack.top() instanceof SpecialToken special) {
        mask[special.id() >> 6] |= 1L << special.id();
      } else {
        add(mask, 0, stack);
      }
    }
    return mask;
  }

  /** Adds the tokens below a node that a stack lets through from there. */
  private void add(long[] mask, int node, Stack stack) {
    Terminal top = (Terminal) stack.top();
    switch (top) {
      case SpecialToken _ -> {}
      case KeyTerminal key -> addKey(mask, node, stack, key);
      default -> {
        LocalTokens local = local(top.within(trie.height()), node, false);
        if (local == LocalTokens.TOO_MANY) {
          spread(mask, node, top, stack.rest());
          return;
        }
        local.inside().addTo(mask);
        for (LocalTokens.Leaving leaving : local.leaving()) {
          Terminal at = leaving.at() == null ? top : leaving.at();
          State after = State.of(at.leave(stack.rest()));
          walk(mask, leaving.suffixes(), 0, after);
          for (int from : leaving.nodes()) {
            for (int i = 0; i < after.size(); i++) {
              add(mask, from, after.stack(i));
            }
          }
        }
      }
    }
  }

  /**
   * Adds the tokens below a node for a terminal that may be left nearly everywhere: steps of the
   * terminal are cheap, and few bytes may follow it.
   */
  private void spread(long[] mask, int node, Terminal top, Stack rest) {
    Terminal[] at = new Terminal[trie.height() + 1];
    at[trie.depth(node)] = top;
    State[] after = top.choosesRest() ? null : firstSteps(State.of(top.leave(rest)));
    int end = trie.end(node);
    for (int n = node + 1; n < end; ) {
      int depth = trie.depth(n);
      Terminal next = at[depth - 1].next(trie.label(n));
      if (next == null) {
        n = trie.end(n);
        continue;
      }
      at[depth] = next;
      set(mask, n);
      if (next.mayLeave()) {
        State[] steps = after != null ? after : firstSteps(State.of(next.leave(rest)));
        for (int child = n + 1; child < trie.end(n); child = trie.end(child)) {
          State step = steps[trie.label(child)];
          if (step != null) {
            set(mask, child);
            walk(mask, trie, child, step);
          }
        }
      }
      n = next.goesOn() ? n + 1 : trie.end(n);
    }
  }

  private static State[] firstSteps(State state) {
    State[] steps = new State[256];
    Arrays.setAll(steps, state::next);
    return steps;
  }

  private void addKey(long[] mask, int node, Stack stack, KeyTerminal key) {
    if (key.isScarce()) {
      walk(mask, trie, node, State.of(stack));
      return;
    }
    AnyKey any =
        anyKeys.get(
            new KeyPlace(key.anyKey(), node, key.leaveSomehow(stack.rest(), false)),
            place -> computeAnyKey(place, key.leaveSomehow(stack.rest(), true)));
    if (any == AnyKey.TOO_MANY) {
      walk(mask, trie, node, State.of(stack));
      return;
    }
    long[] own = any.mask().clone();
    State from = any.severalKeys().length == 0 ? null : State.of(stack);
    for (int several : any.severalKeys()) {
      if (from.next(trie.path(node, several)) != null) {
        set(own, several);
      }
    }
    for (byte[] taken : key.taken()) {
      int below = trie.descend(node, taken);
      if (below >= 0) {
        clear(own, below, trie.end(below));
      }
    }
    for (int i = 0; i < words; i++) {
      mask[i] |= own[i];
    }
  }

  /**
   * The tokens below a node that may come in any key, whichever are taken.
   *
   * @param noOther what follows if no other key may come
   */
  private AnyKey computeAnyKey(KeyPlace place, Stack noOther) {
    LocalTokens local = local(place.terminal(), place.node(), true);
    if (local == LocalTokens.TOO_MANY) {
      return AnyKey.TOO_MANY;
    }
    long[] mask = new long[words];
    local.inside().addTo(mask);
    BitSet several = new BitSet();
    State after = State.of(place.after());
    for (LocalTokens.Leaving leaving : local.leaving()) {
      walk(leaving.suffixes(), 0, after, token -> mask[token >> 6] |= 1L << token);
      walk(leaving.severalKeys(), 0, after, several::set);
      walk(leaving.severalKeys(), 0, State.of(noOther), several::clear);
      walk(leaving.severalKeys(), 0, State.of(noOther), n -> set(mask, n));
    }
    return new AnyKey(mask, several.stream().toArray());
  }

  private LocalTokens local(Terminal terminal, int node, boolean key) {
    return locals.get(
        new Place(terminal, node, key),
        place -> new LocalWalk(trie, words, key).from(place.node(), place.terminal()));
  }

  private static void walk(long[] mask, TokenTrie trie, int node, State state) {
    walk(trie, node, state, token -> mask[token >> 6] |= 1L << token);
  }

  /** Gives the tokens below a node that a state lets through, stepping through all their bytes. */
  private static void walk(TokenTrie trie, int node, State state, IntConsumer to) {
    State[] at = new State[trie.height() + 1];
    at[trie.depth(node)] = state;
    int end = trie.end(node);
    for (int n = node + 1; n < end; ) {
      int depth = trie.depth(n);
      State next = at[depth - 1].next(trie.label(n));
      if (next == null) {
        n = trie.end(n);
        continue;
      }
      at[depth] = next;
      for (int i = trie.firstToken(n); i < trie.firstToken(n + 1); i++) {
        to.accept(trie.token(i));
      }
      n++;
    }
  }

  private void set(long[] mask, int node) {
    for (int i = trie.firstToken(node); i < trie.firstToken(node + 1); i++) {
      mask[trie.token(i) >> 6] |= 1L << trie.token(i);
    }
  }

  private void clear(long[] mask, int node, int end) {
    for (int i = trie.firstToken(node); i < trie.firstToken(end); i++) {
      mask[trie.token(i) >> 6] &= ~(1L << trie.token(i));
    }
  }
}

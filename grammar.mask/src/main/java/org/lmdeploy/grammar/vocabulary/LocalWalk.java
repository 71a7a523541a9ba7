package org.lmdeploy.grammar.vocabulary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.grammar.automaton.Terminal;

/** Finds the {@link LocalTokens} of a terminal by walking the vocabulary. */
final class LocalWalk {
  /** Subtrees of more nodes are not taken apart where a token leaves. */
  private static final int LARGE = 32;

  private static final int MOST_SUFFIXES = 60_000;
  private static final int MOST_NODES = 4_000;

  private final TokenTrie trie;
  private final int words;
  private final boolean key;
  private final Map<Optional<Terminal>, Group> groups = new LinkedHashMap<>();
  private int[] inside = new int[64];
  private int insideCount;
  private int suffixCount;
  private int nodeCount;

  private static final class Group {
    final List<Integer> nodes = new ArrayList<>();
    final List<TokenTrie.Entry> suffixes = new ArrayList<>();
    final List<TokenTrie.Entry> severalKeys = new ArrayList<>();
  }

  /**
   * @param words the words of a set with all tokens
   * @param key whether the terminal is a key, after which tokens with another key are set apart
   */
  LocalWalk(TokenTrie trie, int words, boolean key) {
    this.trie = trie;
    this.words = words;
    this.key = key;
  }

  /** Walks the descendants of a node. */
  LocalTokens from(int node, Terminal terminal) {
    Terminal[] at = new Terminal[trie.height() + 1];
    at[trie.depth(node)] = terminal;
    int end = trie.end(node);
    for (int n = node + 1; n < end; ) {
      int depth = trie.depth(n);
      Terminal next = at[depth - 1].next(trie.label(n));
      if (next == null) {
        n = trie.end(n);
        continue;
      }
      at[depth] = next;
      addTokens(n);
      if (next.mayLeave() && trie.end(n) > n + 1) {
        leave(n, next);
        if (suffixCount > MOST_SUFFIXES || nodeCount > MOST_NODES) {
          return LocalTokens.TOO_MANY;
        }
      }
      n = next.goesOn() ? n + 1 : trie.end(n);
    }
    List<LocalTokens.Leaving> leaving = new ArrayList<>();
    groups.forEach(
        (place, group) ->
            leaving.add(
                new LocalTokens.Leaving(
                    place.orElse(null),
                    ints(group.nodes),
                    TokenTrie.of(group.suffixes),
                    TokenTrie.of(group.severalKeys))));
    return new LocalTokens(TokenSet.of(inside, insideCount, words), leaving);
  }

  private void addTokens(int n) {
    for (int i = trie.firstToken(n); i < trie.firstToken(n + 1); i++) {
      if (insideCount == inside.length) {
        inside = Arrays.copyOf(inside, 2 * insideCount);
      }
      inside[insideCount++] = trie.token(i);
    }
  }

  private void leave(int node, Terminal place) {
    Group group =
        groups.computeIfAbsent(
            place.choosesRest() ? Optional.of(place) : Optional.empty(), _ -> new Group());
    int end = trie.end(node);
    if (!key && end - node > LARGE) {
      group.nodes.add(node);
      nodeCount++;
      return;
    }
    int depth = trie.depth(node);
    byte[] suffix = new byte[trie.height() - depth];
    for (int n = node + 1; n < end; n++) {
      int length = trie.depth(n) - depth;
      suffix[length - 1] = (byte) trie.label(n);
      if (trie.firstToken(n) == trie.firstToken(n + 1)) {
        continue;
      }
      if (key && quotes(suffix, length) > 1) {
        group.severalKeys.add(new TokenTrie.Entry(Arrays.copyOf(suffix, length), n));
        nodeCount++;
        continue;
      }
      byte[] bytes = Arrays.copyOf(suffix, length);
      for (int i = trie.firstToken(n); i < trie.firstToken(n + 1); i++) {
        group.suffixes.add(new TokenTrie.Entry(bytes, trie.token(i)));
        suffixCount++;
      }
    }
  }

  private static int quotes(byte[] bytes, int length) {
    int quotes = 0;
    for (int i = 0; i < length; i++) {
      quotes += bytes[i] == '"' ? 1 : 0;
    }
    return quotes;
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}

package org.lmdeploy.grammar.vocabulary;

import java.util.Arrays;
import java.util.List;

/**
 * Byte strings of tokens as a tree, its nodes numbered in preorder: a node's descendants are those
 * from {@code n + 1} to {@code end(n) - 1}, so that a walk is one loop that can leave out subtrees.
 * Node 0 is the root.
 */
final class TokenTrie {
  /** A token and its bytes; several tokens may have the same. */
  record Entry(byte[] bytes, int token) {}

  private final byte[] label;
  private final int[] depth;
  private final int[] end;
  private final int[] parent;
  private final int[] firstToken;
  private final int[] tokens;
  private final int height;

  private TokenTrie(
      byte[] label,
      int[] depth,
      int[] end,
      int[] parent,
      int[] firstToken,
      int[] tokens,
      int height) {
    this.label = label;
    this.depth = depth;
    this.end = end;
    this.parent = parent;
    this.firstToken = firstToken;
    this.tokens = tokens;
    this.height = height;
  }

  static TokenTrie of(List<Entry> entries) {
    Entry[] sorted = entries.toArray(Entry[]::new);
    Arrays.sort(sorted, (a, b) -> Arrays.compareUnsigned(a.bytes(), b.bytes()));
    int nodes = 1;
    byte[] last = {};
    for (Entry entry : sorted) {
      nodes += entry.bytes().length - same(entry.bytes(), last);
      last = entry.bytes();
    }
    byte[] label = new byte[nodes];
    int[] depth = new int[nodes];
    int[] parent = new int[nodes];
    int[] firstToken = new int[nodes + 1];
    int[] tokens = new int[sorted.length];
    int height = Arrays.stream(sorted).mapToInt(entry -> entry.bytes().length).max().orElse(0);
    int[] path = new int[height + 1];
    int node = 0;
    last = new byte[0];
    for (int i = 0; i < sorted.length; i++) {
      byte[] bytes = sorted[i].bytes();
      for (int d = same(bytes, last); d < bytes.length; d++) {
        node++;
        label[node] = bytes[d];
        depth[node] = d + 1;
        path[d + 1] = node;
        parent[node] = path[d];
        firstToken[node] = i;
      }
      tokens[i] = sorted[i].token();
      last = bytes;
    }
    firstToken[nodes] = sorted.length;
    return new TokenTrie(label, depth, ends(depth, height), parent, firstToken, tokens, height);
  }

  /** How many first bytes of a string are those of the one before it in order. */
  private static int same(byte[] bytes, byte[] last) {
    int mismatch = Arrays.mismatch(bytes, last);
    return mismatch < 0 ? bytes.length : mismatch;
  }

  private static int[] ends(int[] depth, int height) {
    int[] end = new int[depth.length];
    int[] nextAt = new int[height + 2];
    Arrays.fill(nextAt, depth.length);
    for (int n = depth.length - 1; n >= 0; n--) {
      end[n] = nextAt[depth[n]];
      // whatever is deeper ends where this node begins
      Arrays.fill(nextAt, depth[n], nextAt.length, n);
    }
    return end;
  }

  /** The number of bytes of the longest token. */
  int height() {
    return height;
  }

  int nodes() {
    return label.length;
  }

  /** The byte that leads to a node, from 0 to 255. */
  int label(int node) {
    return label[node] & 0xff;
  }

  int depth(int node) {
    return depth[node];
  }

  int end(int node) {
    return end[node];
  }

  int tokenCount() {
    return tokens.length;
  }

  /** The tokens of a node are those from {@code firstToken(n)} to {@code firstToken(n + 1) - 1}. */
  int firstToken(int node) {
    return firstToken[node];
  }

  int token(int index) {
    return tokens[index];
  }

  /** The bytes on the way from a node to one below it. */
  byte[] path(int from, int node) {
    byte[] bytes = new byte[depth[node] - depth[from]];
    int at = node;
    for (int i = bytes.length - 1; i >= 0; i--) {
      bytes[i] = label[at];
      at = parent[at];
    }
    return bytes;
  }

  /** The node that some bytes lead to from another; -1 if there is none. */
  int descend(int from, byte[] bytes) {
    int node = from;
    for (byte b : bytes) {
      int child = node + 1;
      while (child < end[node] && label[child] != b) {
        child = end[child];
      }
      if (child >= end[node]) {
        return -1;
      }
      node = child;
    }
    return node;
  }
}

package org.lmdeploy.grammar.vocabulary;

import java.util.List;
import org.lmdeploy.grammar.automaton.Terminal;

/**
 * What a terminal alone says of the tokens below a node of the vocabulary: those that end inside it
 * or with it, and where others leave it, to be judged by what follows it. The first part, nearly
 * all tokens of a string, does not depend on where in an answer the terminal stands.
 *
 * @param inside the tokens that do not go beyond the terminal
 * @param leaving how others leave it
 */
record LocalTokens(TokenSet inside, List<Leaving> leaving) {
  /** Where tokens leave in more places than pays: they are judged with what follows, one by one. */
  static final LocalTokens TOO_MANY = new LocalTokens(null, List.of());

  /**
   * Tokens that leave with the same consequences.
   *
   * @param at the place where they leave; null if what follows does not depend on it
   * @param nodes nodes of the vocabulary at which they leave and below which there are many
   * @param suffixes what comes after all other such nodes, by the rests of the tokens' bytes
   * @param severalKeys likewise for tokens that hold another key after this one; nodes of the
   *     vocabulary in the place of tokens
   */
  record Leaving(Terminal at, int[] nodes, TokenTrie suffixes, TokenTrie severalKeys) {}
}

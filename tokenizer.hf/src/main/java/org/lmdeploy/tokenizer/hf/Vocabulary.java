package org.lmdeploy.tokenizer.hf;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.InvalidRequestException;

/** Ids and tokens of a tokenizer, the added tokens included. */
final class Vocabulary {
  /** No vocabulary comes near; a hostile id must not make us reserve memory. */
  static final int HIGHEST_ID = (1 << 24) - 1;

  private final String[] tokens;
  private final Map<String, Integer> ids;
  private final BitSet added = new BitSet();
  private final BitSet special = new BitSet();

  /**
   * @param origin the file, for messages
   * @param modelIds the ids of the model's own entries
   * @param addedTokens in the order of the file
   */
  Vocabulary(String origin, Map<String, Integer> modelIds, List<AddedToken> addedTokens) {
    ids = new HashMap<>(modelIds);
    // An added token without an entry of its own gets the next free id, whatever id the file gives
    // it: AddedVocabulary::add_tokens of the Rust library does so, and it is what encodes.
    int next = modelIds.size();
    for (AddedToken token : addedTokens) {
      Integer id = ids.get(token.content());
      if (id == null) {
        id = next;
        ids.put(token.content(), id);
      }
      next = Math.max(next, id + 1);
      added.set(id);
      special.set(id, token.special());
    }
    int highest = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    if (highest < 0) {
      throw new InvalidModelException(origin + " has an empty vocabulary");
    }
    tokens = new String[highest + 1];
    ids.forEach((token, id) -> tokens[id] = token);
  }

  /** One more than the highest id. */
  int size() {
    return tokens.length;
  }

  OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The token of an id; empty for an id that the file leaves out. */
  String token(int id) {
    check(id);
    return tokens[id] == null ? "" : tokens[id];
  }

  boolean isAdded(int id) {
    check(id);
    return added.get(id);
  }

  boolean isSpecial(int id) {
    check(id);
    return special.get(id);
  }

  void check(int... ofText) {
    for (int id : ofText) {
      if (id < 0 || id >= tokens.length) {
        throw new InvalidRequestException(
            "token id "
                + id
                + " is not in the vocabulary; ids from 0 to "
                + (tokens.length - 1)
                + " are");
      }
    }
  }

  /** Added tokens of this vocabulary as {@code tokenizer.json} lists them. */
  List<Map<String, Object>> json(List<AddedToken> addedTokens) {
    return addedTokens.stream().map(token -> token.json(ids.get(token.content()))).toList();
  }
}

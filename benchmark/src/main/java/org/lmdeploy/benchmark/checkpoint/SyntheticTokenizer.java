package org.lmdeploy.benchmark.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.error.InvalidModelException;

/**
 * A byte-level BPE tokenizer that nobody trained: all bytes, then made-up words in the order of
 * their length, each merged from a shorter one and a letter, until the vocabulary has the size that
 * is asked for. It encodes any text and gives it back, which is all that a benchmark needs.
 */
final class SyntheticTokenizer {
  static final String BOS = "<s>";
  static final String EOS = "</s>";

  /** The last ids; InternVL's prompts need the image tokens. */
  private static final List<String> SPECIAL = List.of(BOS, EOS, "<img>", "</img>", "<IMG_CONTEXT>");

  private static final int BYTES = 256;

  /** How the byte-level alphabet writes a space, with which most words begin. */
  private static final String SPACE = ByteAlphabet.letter(' ');

  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final List<List<String>> merges = new ArrayList<>();

  private SyntheticTokenizer() {}

  /**
   * A tokenizer with so many tokens.
   *
   * @throws InvalidModelException if they are fewer than the bytes and the special tokens
   */
  static SyntheticTokenizer of(int vocabulary) {
    int words = vocabulary - SPECIAL.size();
    if (words < BYTES) {
      throw new InvalidModelException(
          "vocab_size is "
              + vocabulary
              + "; a byte-level tokenizer needs at least "
              + (BYTES + SPECIAL.size()));
    }
    SyntheticTokenizer tokenizer = new SyntheticTokenizer();
    tokenizer.addWords(words);
    return tokenizer;
  }

  private void addWords(int count) {
    for (int value = 0; value < BYTES; value++) {
      ids.put(ByteAlphabet.letter(value), ids.size());
    }
    List<String> stems = new ArrayList<>();
    stems.add(SPACE);
    for (char letter = 'a'; letter <= 'z'; letter++) {
      stems.add(String.valueOf(letter));
    }
    // each stem grows by every letter, and what it grows into is a stem later on
    for (int stem = 0; ids.size() < count; stem++) {
      for (char letter = 'a'; letter <= 'z' && ids.size() < count; letter++) {
        String word = stems.get(stem) + letter;
        merges.add(List.of(stems.get(stem), String.valueOf(letter)));
        ids.put(word, ids.size());
        stems.add(word);
      }
    }
  }

  /** The id of a token. */
  int id(String token) {
    int special = SPECIAL.indexOf(token);
    return special >= 0 ? ids.size() + special : ids.get(token);
  }

  /** What {@code tokenizer.json} holds. */
  Map<String, Object> json() {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "BPE");
    model.put("vocab", ids);
    model.put("merges", merges);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "1.0");
    json.put("added_tokens", SPECIAL.stream().map(this::addedToken).toList());
    json.put("pre_tokenizer", byteLevel());
    json.put("decoder", byteLevel());
    json.put("model", model);
    return json;
  }

  private static Map<String, Object> byteLevel() {
    return Map.of(
        "type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true, "use_regex", true);
  }

  private Map<String, Object> addedToken(String token) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("id", id(token));
    entry.put("content", token);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      entry.put(flag, false);
    }
    entry.put("special", true);
    return entry;
  }

  /** What {@code tokenizer_config.json} holds. */
  Map<String, Object> config() {
    return Map.of("tokenizer_class", "PreTrainedTokenizerFast", "bos_token", BOS, "eos_token", EOS);
  }
}

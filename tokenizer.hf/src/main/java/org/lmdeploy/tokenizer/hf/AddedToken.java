package org.lmdeploy.tokenizer.hf;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;

/**
 * A token that is found in a text before the text is split by the model, as {@code tokenizer.json}
 * and {@code tokenizer_config.json} write it.
 *
 * @param content the text of the token
 * @param singleWord whether it must stand as a word of its own
 * @param lstrip whether it takes the white space before it
 * @param rstrip whether it takes the white space after it
 * @param normalized whether it is looked for after normalization
 * @param special whether decoding may skip it
 */
record AddedToken(
    String content,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized,
    boolean special) {

  /** A special token that is written as a mere text. */
  static AddedToken special(String content) {
    return new AddedToken(content, false, false, false, false, true);
  }

  /** A token that is looked for before normalization, with no further rule. */
  static AddedToken plain(String content, boolean special) {
    return new AddedToken(content, false, false, false, false, special);
  }

  /** The same token, special. */
  AddedToken asSpecial() {
    return new AddedToken(content, singleWord, lstrip, rstrip, normalized, true);
  }

  /** A token written as an object; its flags have the defaults of the Rust library. */
  static AddedToken of(ConfigTree object, boolean specialByDefault) {
    boolean special = object.flag("special", specialByDefault);
    return new AddedToken(
        object.text("content"),
        object.flag("single_word", false),
        object.flag("lstrip", false),
        object.flag("rstrip", false),
        object.flag("normalized", !special),
        special);
  }

  /** A special token under a key: a text, an object with {@code content}, or absent. */
  static Optional<AddedToken> named(ConfigTree tree, String key) {
    Object value = tree.values().get(key);
    return switch (value) {
      case null -> Optional.empty();
      case Map<?, ?> _ -> Optional.of(of(tree.child(key), true).asSpecial());
      default -> Optional.of(special(tree.text(key)));
    };
  }

  /** This token as an entry of {@code added_tokens}. */
  Map<String, Object> json(int id) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("id", id);
    entry.put("content", content);
    entry.put("single_word", singleWord);
    entry.put("lstrip", lstrip);
    entry.put("rstrip", rstrip);
    entry.put("normalized", normalized);
    entry.put("special", special);
    return entry;
  }
}

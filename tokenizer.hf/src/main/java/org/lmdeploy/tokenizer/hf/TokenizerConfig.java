package org.lmdeploy.tokenizer.hf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.lmdeploy.api.config.ConfigTree;

/**
 * What {@code tokenizer_config.json} says, completed from {@code special_tokens_map.json} and
 * {@code added_tokens.json} as older checkpoints need it.
 *
 * <p>The rules are those of {@code PreTrainedTokenizerBase._from_pretrained} and {@code
 * PreTrainedTokenizerFast.__init__} of transformers 4.57.
 *
 * @param tokenizerClass the class that transformers would use
 * @param addBos whether BOS is added, if the file says so
 * @param addEos whether EOS is added, if the file says so
 * @param legacy SentencePiece handling of before transformers pull request 24565
 * @param addPrefixSpace whether a space is put before the text, if the file says so
 * @param namedTokens BOS, EOS, unknown token and so on, by their keys
 * @param otherSpecialTokens further special tokens
 * @param addedTokens tokens with the ids that the file gives them
 */
record TokenizerConfig(
    TokenizerClass tokenizerClass,
    Optional<Boolean> addBos,
    Optional<Boolean> addEos,
    boolean legacy,
    Optional<Boolean> addPrefixSpace,
    Map<String, AddedToken> namedTokens,
    List<AddedToken> otherSpecialTokens,
    NavigableMap<Integer, AddedToken> addedTokens) {

  private static final long LARGEST_CONFIG = 16L << 20;

  /** The named special tokens, in the order in which transformers adds them. */
  private static final List<String> NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /**
   * @param withoutClass the class of a folder that names none
   * @throws org.lmdeploy.api.error.InvalidModelException if a file is damaged
   */
  static TokenizerConfig read(Path folder, TokenizerClass withoutClass) {
    ConfigTree main = optional(folder, "tokenizer_config.json");
    ConfigTree specials = optional(folder, "special_tokens_map.json");
    ConfigTree added = optional(folder, "added_tokens.json");
    TokenizerClass known =
        main.has("tokenizer_class")
            ? TokenizerClass.of(main.text("tokenizer_class"))
            : withoutClass;
    return new TokenizerConfig(
        known,
        flag(main, "add_bos_token").or(known::addsBos),
        flag(main, "add_eos_token").or(known::addsEos),
        main.flag("legacy", true),
        flag(main, "add_prefix_space"),
        namedTokens(known, main, specials),
        otherSpecialTokens(main, specials),
        addedTokens(main, added));
  }

  /** BOS, if the checkpoint has one. */
  Optional<AddedToken> bos() {
    return Optional.ofNullable(namedTokens.get("bos_token"));
  }

  /** EOS, if the checkpoint has one. */
  Optional<AddedToken> eos() {
    return Optional.ofNullable(namedTokens.get("eos_token"));
  }

  /** All special tokens that are named here. */
  List<AddedToken> specialTokens() {
    List<AddedToken> tokens = new ArrayList<>(namedTokens.values());
    tokens.addAll(otherSpecialTokens);
    return tokens;
  }

  /**
   * The added tokens of a tokenizer completed by those of this configuration. A token that is there
   * already keeps its rules, unless only here it is special.
   */
  List<AddedToken> mergeInto(List<AddedToken> present) {
    Map<String, AddedToken> merged = new LinkedHashMap<>();
    present.forEach(token -> merged.put(token.content(), token));
    for (AddedToken token : addedTokens.values()) {
      AddedToken old = merged.get(token.content());
      if (old == null || (token.special() && !old.special())) {
        merged.put(token.content(), token);
      }
    }
    for (AddedToken token : specialTokens()) {
      merged.merge(token.content(), token, (old, _) -> old.asSpecial());
    }
    return List.copyOf(merged.values());
  }

  /** A JSON file of a folder, without keys if it is not there. */
  static ConfigTree optional(Path folder, String name) {
    Path file = folder.resolve(name);
    return Files.isRegularFile(file)
        ? Json.object(file.toString(), ModelFiles.text(file, LARGEST_CONFIG))
        : ConfigTree.of(file.toString(), Map.of());
  }

  private static Optional<Boolean> flag(ConfigTree tree, String key) {
    return tree.has(key) ? Optional.of(tree.flag(key, false)) : Optional.empty();
  }

  private static Map<String, AddedToken> namedTokens(
      TokenizerClass known, ConfigTree main, ConfigTree specials) {
    Map<String, AddedToken> tokens = new LinkedHashMap<>();
    for (String name : NAMES) {
      // null in the first file means "none" and is no reason to look further
      ConfigTree source = main.keys().contains(name) ? main : specials;
      Optional<AddedToken> token = AddedToken.named(source, name);
      if (!source.keys().contains(name)) {
        token = known.token(name).map(AddedToken::special);
      }
      token.filter(t -> !t.content().isEmpty()).ifPresent(t -> tokens.put(name, t));
    }
    return tokens;
  }

  private static List<AddedToken> otherSpecialTokens(ConfigTree main, ConfigTree specials) {
    List<AddedToken> tokens = new ArrayList<>();
    String key = "additional_special_tokens";
    readTokens(main.has(key) ? main : specials, key, tokens);
    readTokens(main, "extra_special_tokens", tokens);
    return List.copyOf(tokens);
  }

  /** A list of tokens, or an object that gives them names of the model's own. */
  private static void readTokens(ConfigTree tree, String key, List<AddedToken> tokens) {
    Map<String, Object> elements = new LinkedHashMap<>();
    if (tree.values().get(key) instanceof Map<?, ?>) {
      elements.putAll(tree.child(key).values());
    } else {
      tree.list(key).forEach(element -> elements.put("element " + elements.size(), element));
    }
    ConfigTree named = ConfigTree.of(tree.path() + ": " + key, elements);
    elements.keySet().forEach(name -> AddedToken.named(named, name).ifPresent(tokens::add));
  }

  private static NavigableMap<Integer, AddedToken> addedTokens(ConfigTree main, ConfigTree added) {
    NavigableMap<Integer, AddedToken> tokens = new TreeMap<>();
    String key = "added_tokens_decoder";
    if (main.has(key)) {
      ConfigTree decoder = main.child(key);
      for (String id : decoder.keys()) {
        tokens.put(id(decoder, id), AddedToken.of(decoder.child(id), false));
      }
    } else {
      for (String content : added.keys()) {
        int id = added.nonNegativeInt(content, 0);
        tokens.put(id, new AddedToken(content, false, false, false, true, false));
      }
    }
    return tokens;
  }

  private static int id(ConfigTree decoder, String key) {
    if (!key.matches("\\d{1,9}")) {
      throw decoder.wrong(key, decoder.values().get(key), "token ids are needed as keys");
    }
    return Integer.parseInt(key);
  }
}

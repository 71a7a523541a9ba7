package org.lmdeploy.runtime.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * What ends an answer by itself: ids named by the checkpoint ({@code eos_token_id} of
 * generation_config.json, else of config.json or its decoder's part), the tokenizer's EOS, and the
 * template's stop words, as ids where they are single tokens.
 *
 * @param ids end tokens
 * @param words stop words of the template that are no single token
 */
record EndTokens(Set<Integer> ids, List<String> words) {
  static EndTokens of(ModelFiles files, Tokenizer tokenizer, List<String> templateStopWords) {
    Set<Integer> ids = new LinkedHashSet<>(configured(files));
    tokenizer.eosToken().map(tokenizer::tokenId).ifPresent(id -> id.ifPresent(ids::add));
    List<String> words =
        templateStopWords.stream()
            .filter(
                word -> {
                  OptionalInt id = tokenizer.tokenId(word);
                  id.ifPresent(ids::add);
                  return id.isEmpty();
                })
            .toList();
    ids.removeIf(id -> id < 0);
    return new EndTokens(Set.copyOf(ids), words);
  }

  private static List<Integer> configured(ModelFiles files) {
    return files
        .generationConfig()
        .map(config -> config.integers("eos_token_id"))
        .filter(ids -> !ids.isEmpty())
        .or(() -> eos(files.config()))
        .or(() -> files.config().optionalChild("llm_config").flatMap(EndTokens::eos))
        .or(() -> files.config().optionalChild("text_config").flatMap(EndTokens::eos))
        .orElse(List.of());
  }

  private static Optional<List<Integer>> eos(ConfigTree config) {
    return Optional.of(config.integers("eos_token_id")).filter(ids -> !ids.isEmpty());
  }
}

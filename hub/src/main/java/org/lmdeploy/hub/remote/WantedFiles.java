package org.lmdeploy.hub.remote;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which files of a repository a model needs besides its weights: those that lie at its root and
 * hold configurations, vocabularies or templates. Folders (other formats, such as {@code original/}
 * and {@code onnx/}), documents and training states are left out.
 */
final class WantedFiles {
  private static final String INDEX = ".index.json";
  private static final String WEIGHT_INDEX = "model.safetensors.index.json";
  private static final Set<String> VOCABULARIES = Set.of("vocab.txt", "merges.txt");
  private static final Set<String> SUFFIXES = Set.of(".json", ".jinja", ".model", ".tiktoken");
  private static final Set<String> OF_TRAINING =
      Set.of("trainer_state.json", "train_results.json", "all_results.json", "eval_results.json");

  private WantedFiles() {}

  static SortedSet<String> besidesWeights(Set<String> files) {
    SortedSet<String> wanted = new TreeSet<>(files);
    wanted.removeIf(file -> !isWanted(file));
    return wanted;
  }

  private static boolean isWanted(String file) {
    if (file.contains("/") || file.startsWith(".") || OF_TRAINING.contains(file)) {
      return false;
    }
    if (file.endsWith(INDEX)) {
      return file.equals(WEIGHT_INDEX);
    }
    return VOCABULARIES.contains(file) || SUFFIXES.stream().anyMatch(file::endsWith);
  }
}

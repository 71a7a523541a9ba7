package org.lmdeploy.model.llava;

import java.util.List;
import java.util.Map;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.weights.WeightSource;

/** Finds out how a checkpoint calls its weights. */
final class WeightNames {
  private static final String PROBE = "embeddings.patch_embedding.weight";
  private static final String TEXT = "language_model.";
  private static final String TOWER = "vision_tower.";
  private static final String PROJECTOR = "multi_modal_projector";
  private static final String NEWLINE = "image_newline";

  private WeightNames() {}

  /** The original code's: the decoder's names are its own; the encoder may lie beside it. */
  static WeightSource original(WeightSource source) {
    String tower =
        towerPrefix(
            source,
            "model.vision_tower.vision_tower.vision_model.",
            "model.vision_tower.vision_tower.",
            "vision_tower/vision_model.",
            "vision_tower/");
    return new RenamedWeights(
        source,
        Map.of(
            TEXT, "", TOWER, tower, PROJECTOR, "model.mm_projector", NEWLINE, "model." + NEWLINE));
  }

  /** Those of transformers, which has had three ways to call the same weights. */
  static WeightSource transformers(WeightSource source) {
    String tower =
        towerPrefix(
            source,
            TOWER + "vision_model.",
            TOWER,
            "model." + TOWER + "vision_model.",
            "model." + TOWER);
    if (!tower.startsWith("model.")) {
      return new RenamedWeights(source, Map.of(TOWER, tower));
    }
    return new RenamedWeights(
        source,
        Map.of(
            TEXT + "model.",
            "model." + TEXT,
            TEXT + "lm_head",
            "lm_head",
            TOWER,
            tower,
            PROJECTOR,
            "model." + PROJECTOR,
            NEWLINE,
            "model." + NEWLINE));
  }

  private static String towerPrefix(WeightSource source, String... prefixes) {
    for (String prefix : prefixes) {
      if (source.contains(prefix + PROBE)) {
        return prefix;
      }
    }
    throw new InvalidModelException(
        "the checkpoint has no vision tower; "
            + PROBE
            + " is needed under one of "
            + List.of(prefixes)
            + " (names that begin with vision_tower/ are those of safetensors files in a folder"
            + " vision_tower)");
  }
}

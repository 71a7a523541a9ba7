package org.lmdeploy.model.llava.vision;

/**
 * The kinds of image encoders.
 *
 * @see TowerConfig
 */
public enum TowerKind {
  /** CLIP's (Radford et al., 2021): a class token, a norm before the first layer. */
  CLIP("CLIP ViT"),
  /** SigLIP's (Zhai et al., 2023): patches alone. */
  SIGLIP("SigLIP ViT");

  private final String label;

  TowerKind(String label) {
    this.label = label;
  }

  /** What it is called. */
  String label() {
    return label;
  }

  /** Rows before those of the patches. */
  int classTokens() {
    return this == CLIP ? 1 : 0;
  }

  boolean normBeforeLayers() {
    return this == CLIP;
  }

  boolean patchBias() {
    return this == SIGLIP;
  }
}

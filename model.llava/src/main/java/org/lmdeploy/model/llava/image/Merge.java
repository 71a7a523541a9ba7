package org.lmdeploy.model.llava.image;

/** {@code mm_patch_merge_type}: how the embeddings of an image's tiles follow each other. */
public enum Merge {
  /** Tile by tile. */
  FLAT,
  /** The whole image's tile, then the others as one grid, row by row. */
  SPATIAL,
  /** As {@link #SPATIAL}, without the rows or columns of padding, a newline after each row. */
  SPATIAL_UNPAD
}

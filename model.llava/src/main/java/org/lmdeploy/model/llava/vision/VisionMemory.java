package org.lmdeploy.model.llava.vision;

import org.lmdeploy.model.vision.TileBatches;

/** How many elements of activations the vision model needs. */
public final class VisionMemory {
  private VisionMemory() {}

  /**
   * The most elements that are alive at once, embeddings included.
   *
   * @param all tiles of all images together
   * @param mergedTokens rows of embeddings of all images together, if their tiles are put together;
   *     0 if tiles follow each other
   */
  public static long elements(
      TowerConfig config, ProjectorConfig projector, long all, long mergedTokens) {
    long hidden = config.hiddenSize();
    long textHidden = projector.textHidden();
    long tiles = Math.min(all, TileBatches.MOST_TILES);
    long rows = tiles * config.rowsPerTile();
    long tokens = tiles * config.tokensPerTile();
    long pixels = tiles * config.channels() * config.seenSize() * config.seenSize();
    // pixels uploaded one by one, side by side, as patches; convolved and normalized rows, the
    // class token
    long embedding = 3 * pixels + (2 * rows + 1) * hidden;
    long layer = rows * Math.max(5 * hidden, hidden + config.intermediateSize());
    long selected = config.dropsClassToken() ? tokens * hidden : 0;
    long projection = selected + tokens * textHidden * projector.layers().size();
    long batch = rows * hidden + Math.max(embedding, Math.max(layer, projection));
    long newline = mergedTokens == 0 ? 0 : textHidden;
    long result = all * config.tokensPerTile() * textHidden + newline;
    return result + Math.max(batch, mergedTokens * textHidden + newline);
  }
}

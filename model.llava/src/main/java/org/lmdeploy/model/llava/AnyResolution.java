package org.lmdeploy.model.llava;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.model.llava.image.Merge;
import org.lmdeploy.model.llava.vision.TowerConfig;

/** What must hold for tiles that are put together. */
final class AnyResolution {
  private AnyResolution() {}

  /**
   * @throws org.lmdeploy.api.error.InvalidModelException if tiles cannot be put together, as a
   *     tile's rows are not a square
   */
  static void check(ConfigTree config, String key, TowerConfig tower, Merge merge) {
    if (merge != Merge.FLAT && tower.tokensPerTile() != tower.grid() * tower.grid()) {
      throw config.wrong(
          key,
          config.values().get(key),
          "the class token must be left out where tiles are put together");
    }
  }
}

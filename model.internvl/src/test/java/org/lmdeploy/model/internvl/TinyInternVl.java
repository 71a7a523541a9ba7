package org.lmdeploy.model.internvl;

import org.lmdeploy.hub.LocalModelFolders;
import org.lmdeploy.testkit.golden.GoldenModel;

/** The trained tiny model of this family. */
final class TinyInternVl {
  static final GoldenModel GOLDEN =
      new GoldenModel("internvl", "tiny-internvl2", new InternVlFamily(), new LocalModelFolders());

  private TinyInternVl() {}
}

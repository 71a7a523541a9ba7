package org.lmdeploy.model.qwenvl;

import org.lmdeploy.hub.LocalModelFolders;
import org.lmdeploy.testkit.golden.GoldenModel;

/** The trained tiny model of this family. */
final class TinyQwenVl {
  static final GoldenModel GOLDEN =
      new GoldenModel("qwenvl", "tiny-qwen-vl-chat", new QwenVlFamily(), new LocalModelFolders());

  private TinyQwenVl() {}
}

package org.lmdeploy.model.llava;

import org.lmdeploy.hub.LocalModelFolders;
import org.lmdeploy.testkit.golden.GoldenModel;

/** The trained tiny model of this family, as it lies in both layouts. */
final class TinyLlava {
  static final GoldenModel ORIGINAL = golden("tiny-llava");
  static final GoldenModel TRANSFORMERS = golden("tiny-llava-hf");

  private TinyLlava() {}

  private static GoldenModel golden(String folder) {
    return new GoldenModel("llava", folder, new LlavaFamily(), new LocalModelFolders());
  }
}

package org.lmdeploy.model.qwen2vl;

import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;

/** A checkpoint that has the names that newer versions of transformers write, and no others. */
record NewerCheckpoint(WeightSource published) implements WeightSource {
  private static final String TEXT = "model.language_model.";
  private static final String VISION = "model.visual.";

  private static boolean known(String name) {
    return name.startsWith(TEXT) || name.startsWith(VISION) || name.startsWith("lm_head");
  }

  private static String old(String name) {
    if (!known(name)) {
      throw new AssertionError("this checkpoint has no " + name);
    }
    return name.replace(TEXT, "model.").replace(VISION, "visual.");
  }

  @Override
  public HostTensor tensor(String name, long... shape) {
    return published.tensor(old(name), shape);
  }

  @Override
  public boolean contains(String name) {
    return known(name) && published.contains(old(name));
  }

  @Override
  public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
    return published.linear(old(prefix), outFeatures, inFeatures);
  }
}

package org.lmdeploy.model.llava;

import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;

/** Weights under the names of a layout, and under no others. */
record NamedWeights(WeightSource weights, Layout layout) implements WeightSource {
  private String canonical(String stored) {
    return layout
        .canonical(stored)
        .orElseThrow(() -> new InvalidModelException(layout + " has no tensor " + stored));
  }

  @Override
  public HostTensor tensor(String name, long... shape) {
    return weights.tensor(canonical(name), shape);
  }

  @Override
  public boolean contains(String name) {
    return layout.canonical(name).isPresent();
  }

  @Override
  public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
    return weights.linear(canonical(prefix), outFeatures, inFeatures);
  }
}

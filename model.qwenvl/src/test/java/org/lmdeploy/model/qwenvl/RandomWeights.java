package org.lmdeploy.model.qwenvl;

import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.testkit.HashedWeights;

/** {@link HashedWeights} that know Qwen's names of norms. */
final class RandomWeights implements WeightSource {
  private final HashedWeights hashed = new HashedWeights(DType.F32, name -> true);

  @Override
  public HostTensor tensor(String name, long... shape) {
    return hashed.tensor(name.replaceFirst("(ln_\\w+)\\.weight$", "$1.norm.weight"), shape);
  }

  @Override
  public boolean contains(String name) {
    return hashed.contains(name);
  }

  @Override
  public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
    return hashed.linear(prefix, outFeatures, inFeatures);
  }
}

package org.lmdeploy.model.llava;

import java.util.Map;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.api.weights.WeightSource;

/**
 * Weights under other names.
 *
 * @param source the weights
 * @param prefixes what stands in the checkpoint for the beginning of a name; the longest beginning
 *     counts, a name without one is the same
 */
record RenamedWeights(WeightSource source, Map<String, String> prefixes) implements WeightSource {
  RenamedWeights {
    prefixes = Map.copyOf(prefixes);
  }

  private String stored(String name) {
    String longest = "";
    for (String prefix : prefixes.keySet()) {
      if (name.startsWith(prefix) && prefix.length() > longest.length()) {
        longest = prefix;
      }
    }
    return prefixes.getOrDefault(longest, "") + name.substring(longest.length());
  }

  @Override
  public HostTensor tensor(String name, long... shape) {
    return source.tensor(stored(name), shape);
  }

  @Override
  public boolean contains(String name) {
    return source.contains(stored(name));
  }

  @Override
  public LinearRows linear(String prefix, long outFeatures, long inFeatures) {
    return source.linear(stored(prefix), outFeatures, inFeatures);
  }
}

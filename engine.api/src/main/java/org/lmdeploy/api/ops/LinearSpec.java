package org.lmdeploy.api.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.LinearRows;

/**
 * A linear layer to be prepared: rows from one or several weights, their results side by side (a
 * fused QKV or gate/up projection, or one weight's rows in another order).
 *
 * @param parts at least one, all with the same inFeatures
 * @param biases empty for no bias, else vectors that together have as many elements as the parts
 *     have rows
 */
public record LinearSpec(List<LinearRows> parts, List<HostTensor> biases) {
  /**
   * @throws IllegalArgumentException if the parts do not fit together
   */
  public LinearSpec {
    parts = List.copyOf(parts);
    biases = List.copyOf(biases);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a linear layer needs at least one weight");
    }
    long in = parts.getFirst().inFeatures();
    long out = 0;
    for (LinearRows part : parts) {
      if (part.inFeatures() != in) {
        throw new IllegalArgumentException(
            "weights with rows of " + in + " and " + part.inFeatures() + " do not go together");
      }
      out += part.outFeatures();
    }
    long biased = biases.stream().mapToLong(bias -> bias.shape().elements()).sum();
    if (!biases.isEmpty() && biased != out) {
      throw new IllegalArgumentException(out + " rows cannot have " + biased + " biases");
    }
  }

  /** A layer of one weight. */
  public static LinearSpec of(LinearRows weight, Optional<HostTensor> bias) {
    return new LinearSpec(List.of(weight), bias.map(List::of).orElse(List.of()));
  }

  /** A layer without bias whose parts' results lie side by side. */
  public static LinearSpec concat(LinearRows... parts) {
    return new LinearSpec(List.of(parts), List.of());
  }

  /** This layer's results followed by another's on the same input. */
  public LinearSpec and(LinearSpec next) {
    List<LinearRows> allParts = new ArrayList<>(parts);
    allParts.addAll(next.parts);
    List<HostTensor> allBiases = new ArrayList<>(biases);
    allBiases.addAll(next.biases);
    return new LinearSpec(allParts, allBiases);
  }

  /** Columns of the result. */
  public long outFeatures() {
    return parts.stream().mapToLong(LinearRows::outFeatures).sum();
  }

  /** Columns of the input. */
  public long inFeatures() {
    return parts.getFirst().inFeatures();
  }
}

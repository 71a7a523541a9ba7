package org.lmdeploy.model.text.decoder;

import java.util.Optional;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.WeightSource;

/** The weights of one decoder in a checkpoint that may hold more than it. */
public final class DecoderWeights {
  private final WeightSource source;
  private final String prefix;
  private final Device device;

  /**
   * @param prefix what stands before all names of the decoder's weights, maybe nothing
   * @param device what prepares the weights
   */
  public DecoderWeights(WeightSource source, String prefix, Device device) {
    this.source = source;
    this.prefix = prefix;
    this.device = device;
  }

  Device device() {
    return device;
  }

  /** A prepared vector, for example of a norm. */
  Tensor vector(String name, int size) {
    return device.weight(source.tensor(prefix + name, size));
  }

  HostTensor matrix(String name, int rows, int columns) {
    return source.tensor(prefix + name, rows, columns);
  }

  /** A linear layer, its bias required or not looked at, as the configuration says. */
  LinearSpec linear(String name, int outFeatures, int inFeatures, boolean biased) {
    Optional<HostTensor> bias =
        biased
            ? Optional.of(source.tensor(prefix + name + ".bias", outFeatures))
            : Optional.empty();
    return LinearSpec.of(source.linear(prefix + name, outFeatures, inFeatures), bias);
  }

  /**
   * The linear layer that makes logits: the checkpoint's own or, where it has none, the embedding
   * table (Press and Wolf, arXiv 1608.05859).
   *
   * @param unitRows whether its rows are scaled to the length 1
   */
  LinearSpec head(WeightNames names, HostTensor embedding, boolean unitRows) {
    String name = names.head() + ".weight";
    int rows = Math.toIntExact(embedding.shape().rows());
    int columns = Math.toIntExact(embedding.shape().columns());
    if (unitRows) {
      return LinearSpec.concat(new DenseRows(UnitRows.of(matrix(name, rows, columns))));
    }
    if (source.contains(prefix + name)) {
      return linear(names.head(), rows, columns, false);
    }
    return LinearSpec.concat(new DenseRows(embedding));
  }
}

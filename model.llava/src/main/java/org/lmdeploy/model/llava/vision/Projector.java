package org.lmdeploy.model.llava.vision;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.model.vision.TowerWeights;

/** The linear layers of a {@link ProjectorConfig}. */
final class Projector {
  private final List<LinearWeight> layers = new ArrayList<>();
  private final Activation between;

  Projector(ProjectorConfig config, int columns, TowerWeights weights) {
    between = config.activation();
    int in = columns;
    for (String name : config.layers()) {
      layers.add(weights.linear(name, config.textHidden(), in, config.biased()));
      in = config.textHidden();
    }
  }

  Tensor apply(Tensor rows, Ops ops) {
    Tensor result = rows;
    for (int i = 0; i < layers.size(); i++) {
      Activation activation = i + 1 < layers.size() ? between : Activation.NONE;
      result = ops.linear(result, layers.get(i), activation);
    }
    return result;
  }
}

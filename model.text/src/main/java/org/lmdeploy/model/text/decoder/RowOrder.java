package org.lmdeploy.model.text.decoder;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.LinearRows;

/** The rows of a linear layer in another order, as runs of rows of the stored weight; no copy. */
final class RowOrder {
  private record Run(int from, int count) {}

  private final List<Run> runs = new ArrayList<>();

  /** The next rows are {@code count} stored ones from {@code from} on. */
  void add(int from, int count) {
    runs.add(new Run(from, count));
  }

  /** The layer with its rows, and its biases if it has them, in this order. */
  LinearSpec apply(LinearSpec stored) {
    LinearRows weight = stored.parts().getFirst();
    List<LinearRows> parts = runs.stream().map(run -> weight.rows(run.from, run.count)).toList();
    List<HostTensor> biases =
        stored.biases().stream()
            .flatMap(bias -> runs.stream().map(run -> elements(bias, run)))
            .toList();
    return new LinearSpec(parts, biases);
  }

  private static HostTensor elements(HostTensor vector, Run run) {
    return vector
        .reshape(vector.shape().elements(), 1)
        .rows(run.from, run.count)
        .reshape(run.count);
  }
}

package org.lmdeploy.model.text.decoder;

import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.LinearSpec;

/**
 * One linear layer whose rows lie group by group (InternLM2): for each key head the rows of the
 * query heads that share it, then its own, then its value head's. The groups are put into order by
 * referring to the rows where they lie.
 *
 * @param name name of the layer
 */
public record GroupedQkv(String name) implements QkvWeights {
  @Override
  public LinearSpec spec(DecoderWeights weights, String layer, DecoderConfig config) {
    AttentionShape shape = config.attention();
    int queries = shape.heads() / shape.kvHeads() * shape.headDim();
    int group = queries + 2 * shape.headDim();
    LinearSpec stored =
        weights.linear(
            layer + name, shape.fusedColumns(), config.hiddenSize(), config.biases().qkv());
    RowOrder order = new RowOrder();
    for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
      order.add(group * kvHead, queries);
    }
    for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
      order.add(group * kvHead + queries, shape.headDim());
    }
    for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
      order.add(group * kvHead + queries + shape.headDim(), shape.headDim());
    }
    return order.apply(stored);
  }
}

package org.lmdeploy.testkit.cases;

import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.Rotation;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.Tensor;

/** A layer of attention with a cache, as a decoder uses the operators. */
final class AttentionLayer {
  private static final int LAYERS = 2;

  private final Rig rig;
  private final AttentionShape shape;
  private final RotarySpec rotary;
  private final KvCache cache;
  private final int layer;

  AttentionLayer(Rig rig, AttentionShape shape, RotarySpec rotary, int blockTokens, int layer) {
    this.rig = rig;
    this.shape = shape;
    this.rotary = rotary;
    this.layer = layer;
    KvLayout layout = new KvLayout(LAYERS, shape.kvHeads(), shape.headDim());
    this.cache = rig.cache(layout, blockTokens, Timeline.BLOCKS);
  }

  /** Attends with random fused rows. */
  Tensor forward(StepBatch step) {
    return forward(rig.activation(step.tokens().length, shape.fusedColumns()), step);
  }

  /** Attends with the given fused rows, which are undefined afterwards. */
  Tensor forward(Tensor qkv, StepBatch step) {
    Rotation rotation = new Rotation(rig.ops().rotaryTable(rotary, step), rotary.pairing());
    return rig.ops().pagedAttention(qkv, rotation, shape, cache, layer, step);
  }
}

package org.lmdeploy.bench.work;

import java.util.regex.Pattern;
import org.lmdeploy.api.weights.Checkpoint;

/**
 * The bytes of weights that a decoding step reads: all tensors of the decoder as the checkpoint
 * stores them, but for the embedding table, of which a step reads a few rows; where the output head
 * is that table, it counts.
 */
public final class StepBytes {
  private static final Pattern EMBEDDING =
      Pattern.compile("(.*\\.)?(embed_tokens|tok_embeddings|wte)\\.weight");
  private static final Pattern HEAD =
      Pattern.compile("(language_model\\.|model\\.)?(lm_head|output)\\.weight");
  private static final Pattern VISION =
      Pattern.compile(
          "(model\\.)?(vision_model|vision_tower|visual|mlp1|multi_modal_projector)\\..*");

  private StepBytes() {}

  /** Of a checkpoint. */
  public static long of(Checkpoint checkpoint) {
    boolean hasHead = checkpoint.names().stream().anyMatch(name -> HEAD.matcher(name).matches());
    return checkpoint.names().stream()
        .filter(name -> !VISION.matcher(name).matches())
        .filter(name -> !(hasHead && EMBEDDING.matcher(name).matches()))
        .mapToLong(name -> checkpoint.tensor(name).data().byteSize())
        .sum();
  }
}

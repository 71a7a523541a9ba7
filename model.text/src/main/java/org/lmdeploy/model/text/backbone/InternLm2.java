package org.lmdeploy.model.text.backbone;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.model.text.decoder.GroupedQkv;
import org.lmdeploy.model.text.decoder.WeightNames;

/** InternLM2 and 2.5 (Cai et al., arXiv 2403.17297). */
final class InternLm2 {
  private static final WeightNames NAMES =
      new WeightNames(
          "model.tok_embeddings.weight",
          "model.layers.",
          "attention_norm.weight",
          new GroupedQkv("attention.wqkv"),
          Optional.empty(),
          "attention.wo",
          "ffn_norm.weight",
          List.of("feed_forward.w1", "feed_forward.w3"),
          "feed_forward.w2",
          "model.norm.weight",
          "output");

  static final Backbone BACKBONE =
      new Backbone("InternLM2ForCausalLM", "internlm2", InternLm.READER::read, NAMES);

  private InternLm2() {}
}

package org.lmdeploy.hub.write;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.hub.write.CheckpointShape.Decoder;

/** The tensors of text decoders, under their published names. */
final class DecoderTensors {
  private DecoderTensors() {}

  static void llama(CheckpointShape out, String prefix, ConfigTree config) {
    Decoder d = Decoder.of(config);
    boolean attentionBias = config.flag("attention_bias", false);
    boolean mlpBias = config.flag("mlp_bias", false);
    out.matrix(prefix + "model.embed_tokens.weight", d.vocabulary(), d.hidden());
    for (int i = 0; i < d.layers(); i++) {
      String layer = prefix + "model.layers." + i + ".";
      out.norm(layer + "input_layernorm.weight", d.hidden());
      out.linear(layer + "self_attn.q_proj", attentionBias, d.heads() * d.headDim(), d.hidden());
      out.linear(layer + "self_attn.k_proj", attentionBias, d.kvHeads() * d.headDim(), d.hidden());
      out.linear(layer + "self_attn.v_proj", attentionBias, d.kvHeads() * d.headDim(), d.hidden());
      out.linear(layer + "self_attn.o_proj", attentionBias, d.hidden(), d.heads() * d.headDim());
      out.norm(layer + "post_attention_layernorm.weight", d.hidden());
      out.linear(layer + "mlp.gate_proj", mlpBias, d.intermediate(), d.hidden());
      out.linear(layer + "mlp.up_proj", mlpBias, d.intermediate(), d.hidden());
      out.linear(layer + "mlp.down_proj", mlpBias, d.hidden(), d.intermediate());
    }
    out.norm(prefix + "model.norm.weight", d.hidden());
    if (!d.tied()) {
      out.matrix(prefix + "lm_head.weight", d.vocabulary(), d.hidden());
    }
  }

  static void internlm2(CheckpointShape out, String prefix, ConfigTree config) {
    Decoder d = Decoder.of(config);
    boolean bias = config.flag("bias", false);
    out.matrix(prefix + "model.tok_embeddings.weight", d.vocabulary(), d.hidden());
    for (int i = 0; i < d.layers(); i++) {
      String layer = prefix + "model.layers." + i + ".";
      out.norm(layer + "attention_norm.weight", d.hidden());
      out.linear(
          layer + "attention.wqkv", bias, (d.heads() + 2 * d.kvHeads()) * d.headDim(), d.hidden());
      out.linear(layer + "attention.wo", bias, d.hidden(), d.heads() * d.headDim());
      out.norm(layer + "ffn_norm.weight", d.hidden());
      out.matrix(layer + "feed_forward.w1.weight", d.intermediate(), d.hidden());
      out.matrix(layer + "feed_forward.w3.weight", d.intermediate(), d.hidden());
      out.matrix(layer + "feed_forward.w2.weight", d.hidden(), d.intermediate());
    }
    out.norm(prefix + "model.norm.weight", d.hidden());
    if (!d.tied()) {
      out.matrix(prefix + "output.weight", d.vocabulary(), d.hidden());
    }
  }
}

package org.lmdeploy.hub.write;

import org.lmdeploy.api.config.ConfigTree;

/**
 * The tensors of InternVL: InternViT, the projector, and a decoder under {@code language_model}.
 */
final class InternVlTensors {
  private static final String DECODER = "language_model.";

  private InternVlTensors() {}

  static void add(CheckpointShape out, ConfigTree config) {
    ConfigTree vision = config.child("vision_config");
    ConfigTree text = config.child("llm_config");
    vision(out, vision);
    long shuffled = Math.round(1 / config.number("downsample_ratio", 0.5));
    long merged = vision.positiveInt("hidden_size") * shuffled * shuffled;
    long hidden = text.positiveInt("hidden_size");
    out.norm("mlp1.0.weight", merged);
    out.bias("mlp1.0.bias", merged);
    out.linear("mlp1.1", true, hidden, merged);
    out.linear("mlp1.3", true, hidden, hidden);
    RandomCheckpoint.decoder(out, DECODER, text);
  }

  private static void vision(CheckpointShape out, ConfigTree config) {
    long hidden = config.positiveInt("hidden_size");
    long intermediate = config.positiveInt("intermediate_size");
    long patch = config.positiveInt("patch_size");
    long side = config.positiveInt("image_size") / patch;
    boolean normBias = !config.text("norm_type", "layer_norm").equals("rms_norm");
    boolean qkvBias = config.flag("qkv_bias", true);
    boolean qkNorm = config.flag("qk_normalization", false);
    String embeddings = "vision_model.embeddings.";
    out.bias(embeddings + "class_embedding", 1, 1, hidden);
    out.bias(embeddings + "position_embedding", 1, side * side + 1, hidden);
    out.matrix(
        embeddings + "patch_embedding.weight",
        hidden,
        config.positiveInt("num_channels", 3),
        patch,
        patch);
    out.bias(embeddings + "patch_embedding.bias", hidden);
    for (int i = 0; i < config.positiveInt("num_hidden_layers"); i++) {
      String layer = "vision_model.encoder.layers." + i + ".";
      norm(out, layer + "norm1", normBias, hidden);
      out.linear(layer + "attn.qkv", qkvBias, 3 * hidden, hidden);
      if (qkNorm) {
        out.norm(layer + "attn.q_norm.weight", hidden);
        out.norm(layer + "attn.k_norm.weight", hidden);
      }
      out.linear(layer + "attn.proj", true, hidden, hidden);
      out.norm(layer + "ls1", hidden);
      norm(out, layer + "norm2", normBias, hidden);
      out.linear(layer + "mlp.fc1", true, intermediate, hidden);
      out.linear(layer + "mlp.fc2", true, hidden, intermediate);
      out.norm(layer + "ls2", hidden);
    }
  }

  private static void norm(CheckpointShape out, String name, boolean bias, long size) {
    out.norm(name + ".weight", size);
    if (bias) {
      out.bias(name + ".bias", size);
    }
  }
}

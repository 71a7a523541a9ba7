"""Writes what transformers computes for small random InternViT towers with their projector.

transformers has the published class under other names; here the weights follow from the published
names by the formulas of model.text/src/test/scripts/make_reference.py, which
org.lmdeploy.testkit.HashedWeights repeats in Java. No checkpoint is stored.

    python -m venv venv && venv/bin/pip install torch transformers numpy
    venv/bin/python make_reference.py ../resources/vision
"""

import json
import math
import pathlib
import sys

import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).parents[4] / "model.text/src/test/scripts"))
from make_reference_weights import hashed, weight

TEXT_HIDDEN = 20
TILES = 3
SMALL = dict(
    hidden_size=48, intermediate_size=80, num_attention_heads=3, num_hidden_layers=3, patch_size=4,
    num_channels=3, image_size=32, norm_type="layer_norm", qk_normalization=False, qkv_bias=True,
    hidden_act="gelu", layer_norm_eps=1e-6)


def case(vision, **config):
    return {"downsample_ratio": 0.5, "ps_version": "v2", "select_layer": -1, **config,
            "vision_config": {**SMALL, **vision}}


CASES = {
    "layer-norm": case({}),
    "rms-norm-qk-norm": case(dict(norm_type="rms_norm", qk_normalization=True, qkv_bias=False)),
    "larger-tiles": case(dict(image_size=24), force_image_size=40),
    "smaller-tiles-v1": case(dict(hidden_act="gelu_pytorch_tanh"), force_image_size=16,
                             ps_version="v1"),
    "earlier-layer": case(dict(num_hidden_layers=4), select_layer=-2),
}

NAMES = {
    "embeddings.cls_token": "embeddings.class_embedding",
    "embeddings.position_embeddings": "embeddings.position_embedding",
    "embeddings.patch_embeddings.projection": "embeddings.patch_embedding",
    "encoder.layer.": "encoder.layers.",
    "attention.projection_layer": "attn.proj",
    "attention.": "attn.",
    "layernorm_before": "norm1",
    "layernorm_after": "norm2",
    "lambda_": "ls",
    "multi_modal_projector.layer_norm": "mlp1.0",
    "multi_modal_projector.linear_1": "mlp1.1",
    "multi_modal_projector.linear_2": "mlp1.3",
    "vision_tower.": "vision_model.",
}


def published(name, shape):
    """The tensor that the published checkpoint layout has for a parameter of transformers."""
    for theirs, ours in NAMES.items():
        name = name.replace(theirs, ours)
    for index, part in enumerate(("q_proj", "k_proj", "v_proj")):
        if part in name:
            fused = weight(name.replace(part, "qkv"), (3 * shape[0], *shape[1:]))
            return fused[index * shape[0]:(index + 1) * shape[0]]
    return weight(name, shape)


def load(config):
    vision = config["vision_config"]
    layers = vision["num_hidden_layers"] + 1 + config["select_layer"]
    parsed = transformers.InternVLConfig(
        vision_config=dict(
            hidden_size=vision["hidden_size"], intermediate_size=vision["intermediate_size"],
            num_attention_heads=vision["num_attention_heads"], num_hidden_layers=layers,
            patch_size=[vision["patch_size"]] * 2, image_size=[vision["image_size"]] * 2,
            norm_type=vision["norm_type"], use_qk_norm=vision["qk_normalization"],
            attention_bias=vision["qkv_bias"], hidden_act=vision["hidden_act"],
            layer_norm_eps=vision["layer_norm_eps"], use_mean_pooling=True),
        text_config=dict(
            model_type="llama", hidden_size=TEXT_HIDDEN, intermediate_size=8, num_hidden_layers=1,
            num_attention_heads=1, vocab_size=8),
        downsample_ratio=config["downsample_ratio"])
    model = transformers.InternVLModel._from_config(parsed, attn_implementation="eager")
    model = model.float().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if not name.startswith("language_model"):
                parameter.copy_(published(name, tuple(parameter.shape)))
    return model


@torch.no_grad()
def run(config):
    size = config.get("force_image_size", config["vision_config"]["image_size"])
    shape = (TILES, 3, size, size)
    pixels = torch.tensor(hashed("pixels", math.prod(shape)).reshape(shape), dtype=torch.float32)
    model = load(config)
    features = model.get_image_features(pixels).pooler_output
    if config["ps_version"] == "v1":  # as v2 but for the last transposition of the grid
        side = math.isqrt(features.shape[1])
        features = features.reshape(TILES, side, side, -1).transpose(1, 2).reshape(features.shape)
    return features


def main(folder):
    for name, config in CASES.items():
        features = run(config)
        values = [[float(f"{v:.6g}") for v in row] for row in features.reshape(-1, TEXT_HIDDEN)]
        result = {"transformers": transformers.__version__, "config": config, "embeddings": values}
        text = json.dumps(result, separators=(",", ":")).replace("],[", "],\n[")
        (pathlib.Path(folder) / f"{name}.json").write_text(text + "\n")
        print(name, tuple(features.shape), f"deviation {float(features.std()):.3f}")


main(sys.argv[1])

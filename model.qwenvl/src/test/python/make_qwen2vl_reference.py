"""Writes what transformers computes for small random Qwen2-VL and Qwen2.5-VL checkpoints, and what its
image processor makes of images.

The weights and the images' pixels are not stored: they follow from their names by
model.text/src/test/scripts/make_reference_weights.py, which org.lmdeploy.testkit repeats in Java. Each case
becomes one JSON file: the configuration as a checkpoint would have it, the grids of two images in tokens, their
embeddings; for a prompt of two turns with the images and for one without any, logits and greedily chosen ids
below the special ones, each of them computed anew from all ids before it, without a cache.

    python -m venv venv && venv/bin/pip install torch torchvision transformers numpy pillow
    venv/bin/python make_qwen2vl_reference.py ../resources/qwen2vl
"""

import copy
import json
import math
import pathlib
import sys

import numpy
import PIL.Image
import torch
import transformers
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

sys.path.insert(0, str(pathlib.Path(__file__).parents[4] / "model.text/src/test/scripts"))
from make_reference_weights import hashed, weight

STEPS = 24
VOCABULARY = 127
IMAGE, START, END = 120, 121, 122
GRIDS = [(5, 3), (4, 7)]  # rows and columns of tokens; no multiples of the window of 2 tokens, or of 3

TEXT = dict(
    hidden_size=64, intermediate_size=112, num_hidden_layers=3, num_attention_heads=4,
    num_key_value_heads=2, hidden_act="silu", vocab_size=VOCABULARY, max_position_embeddings=256,
    rms_norm_eps=1e-6, use_sliding_window=False, sliding_window=64, max_window_layers=3)
TOKENS = dict(
    image_token_id=IMAGE, vision_start_token_id=START, vision_end_token_id=END, video_token_id=123)
SCALING = {"type": "mrope", "mrope_section": [2, 3, 3]}
PATCHES = dict(patch_size=4, spatial_patch_size=4, temporal_patch_size=2, spatial_merge_size=2, in_chans=3)


def qwen2(vision, **config):
    return dict(
        architectures=["Qwen2VLForConditionalGeneration"], model_type="qwen2_vl", **TOKENS,
        vision_config=dict(
            model_type="qwen2_vl", depth=3, embed_dim=48, num_heads=3, mlp_ratio=2, hidden_size=64,
            hidden_act="quick_gelu", **PATCHES, **vision), **config)


def qwen2_5(vision, **config):
    return dict(
        architectures=["Qwen2_5_VLForConditionalGeneration"], model_type="qwen2_5_vl", **TOKENS,
        vision_config=dict(
            model_type="qwen2_5_vl", depth=4, hidden_size=60, num_heads=3, intermediate_size=90,
            out_hidden_size=64, hidden_act="silu", **PATCHES, **vision), **config)


CASES = {
    # keys of published checkpoints
    "qwen2-vl": qwen2({}, **TEXT, rope_theta=1000000.0, rope_scaling=SCALING,
                      tie_word_embeddings=False),
    "qwen2.5-vl": qwen2_5(
        dict(window_size=16, fullatt_block_indexes=[1, 3]), **TEXT, rope_theta=1000.0,
        rope_scaling=SCALING, tie_word_embeddings=False),
    # keys of transformers 5
    "qwen2-vl-5": qwen2({}, tie_word_embeddings=True, text_config=dict(
        model_type="qwen2_vl_text", **TEXT,
        rope_parameters={"rope_type": "default", "rope_theta": 500.0, "mrope_section": [4, 2, 2]})),
    "qwen2.5-vl-yarn-5": qwen2_5(
        dict(window_size=30, fullatt_block_indexes=[2]), tie_word_embeddings=False,
        text_config=dict(
            model_type="qwen2_5_vl_text", **TEXT,
            rope_parameters={"rope_type": "yarn", "rope_theta": 1000.0, "factor": 4.0,
                             "original_max_position_embeddings": 64,
                             "mrope_section": [2, 3, 3]})),
}


def published(name):
    """The name that published checkpoints have for a parameter of transformers."""
    return name.replace("model.visual.", "visual.").replace("model.language_model.", "model.")


def load(config):
    model_class = getattr(transformers, config["architectures"][0])
    parsed = model_class.config_class.from_dict(copy.deepcopy(config))
    model = model_class._from_config(parsed, attn_implementation="eager").float().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weight(published(name), tuple(parameter.shape)))
    return model


def pixels(vision):
    """Two images in the order of patches of the image processor."""
    columns = 3 * vision["temporal_patch_size"] * vision["patch_size"] ** 2
    merge = vision["spatial_merge_size"]
    images = [
        hashed(f"pixels {i}", rows * cols * merge**2 * columns).reshape(-1, columns)
        for i, (rows, cols) in enumerate(GRIDS)]
    grid = torch.tensor([[1, rows * merge, cols * merge] for rows, cols in GRIDS])
    return torch.tensor(numpy.concatenate(images), dtype=torch.float32), grid


def words(count, seed):
    return [3 + (i * i * 7 + i * 13 + seed) % 110 for i in range(count)]


def prompts():
    first, second = (rows * cols for rows, cols in GRIDS)
    turns = (words(4, 0) + [START] + [IMAGE] * first + [END] + words(6, 5)
             + words(5, 17) + [START] + [IMAGE] * second + [END] + words(7, 40))
    return {"images": turns, "text": words(19, 3)}


@torch.no_grad()
def logits(model, ids, inputs):
    tokens = torch.tensor([ids])
    if IMAGE not in ids:
        return model(input_ids=tokens, use_cache=False).logits[0]
    types = (tokens == IMAGE).int()
    return model(input_ids=tokens, mm_token_type_ids=types, pixel_values=inputs[0],
                 image_grid_thw=inputs[1], use_cache=False).logits[0]


def run(model, prompt, inputs):
    of_prompt = logits(model, prompt, inputs)
    ids, last, greedy, margin = list(prompt), of_prompt[-1], [], math.inf
    for _ in range(STEPS):
        best = torch.topk(last[:IMAGE], 2)
        margin = min(margin, float(best.values[0] - best.values[1]))
        greedy.append(int(best.indices[0]))
        ids.append(greedy[-1])
        last = logits(model, ids, inputs)[-1]
    positions = [0, len(prompt) // 2, len(prompt) - 1]
    return margin, {
        "prompt": prompt,
        "logits": {p: rounded(of_prompt[p]) for p in positions},
        "greedy": greedy,
        "logits_after_greedy": rounded(last),
    }


def rounded(values):
    return [float(f"{float(value):.7g}") for value in values]


def write(folder, name, result):
    text = json.dumps({"transformers": transformers.__version__, **result}, separators=(",", ":"))
    text = text.replace(',"', ',\n"').replace("],[", "],\n[")
    (pathlib.Path(folder) / f"{name}.json").write_text(text + "\n")


def models(folder):
    for name, config in CASES.items():
        model = load(config)
        inputs = pixels(config["vision_config"])
        with torch.no_grad():
            features = model.model.visual(inputs[0], grid_thw=inputs[1]).pooler_output
        result = {"config": config, "grids": GRIDS,
                  "embeddings": [[float(f"{float(v):.6g}") for v in row] for row in features]}
        for kind, prompt in prompts().items():
            margin, result[kind] = run(model, prompt, inputs)
            greedy = result[kind]["greedy"]
            print(f"{name:18} {kind:6} margin {margin:.4f}  distinct ids {len(set(greedy))}")
        print(f"{name:18} embeddings {tuple(features.shape)} deviation {float(features.std()):.3f}")
        write(folder, name, result)


def picture(width, height):
    """Noise over a slope, which resizing changes in every pixel."""
    noise = (hashed(f"picture {width}x{height}", width * height * 3) + 1) * 64
    slope = numpy.arange(width * height * 3) * 128 // (width * height * 3)
    return PIL.Image.fromarray((noise + slope).astype(numpy.uint8).reshape(height, width, 3))


SIZES = [(1, 1), (13, 27), (28, 28), (29, 55), (101, 67), (333, 31), (640, 480), (1201, 7), (42, 14), (70, 98)]
LIMITS = [(3136, 1003520), (3136, 20000), (200704, 250000)]


def images(folder):
    cases = []
    for least, most in LIMITS:
        processor = Qwen2VLImageProcessorPil(min_pixels=least, max_pixels=most)
        for width, height in SIZES:
            made = processor(picture(width, height), return_tensors="np")
            flat = made["pixel_values"].astype(numpy.float32).reshape(-1)
            step = max(1, flat.size // 40)
            cases.append({
                "width": width, "height": height, "least": least, "most": most,
                "grid": made["image_grid_thw"][0].tolist(), "step": step,
                "samples": [float(f"{v:.9g}") for v in flat[::step]],
                "sum": float(flat.astype(numpy.float64).sum())})
    write(folder, "images", {"cases": cases})
    print(len(cases), "images")


models(sys.argv[1])
images(sys.argv[1])

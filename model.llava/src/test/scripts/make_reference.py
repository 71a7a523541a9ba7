"""Writes what transformers computes for small random LLaVA models: conversations of two turns with several images.

The weights are not stored: they follow from the names that llava-hf's checkpoints have, by
model.text/src/test/scripts/make_reference_weights.py, which org.lmdeploy.testkit.HashedWeights repeats in Java. Images
are noise that Java repeats too. Pillow before 13 is needed: the published models were made with its arithmetic.

    python -m venv venv && venv/bin/pip install torch transformers numpy 'pillow<13'
    venv/bin/python make_reference.py ../resources/reference [CASE ...]
"""

import copy
import hashlib
import json
import math
import pathlib
import sys

import numpy
import torch
import transformers
from PIL import Image
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil
from transformers.models.llava_next.image_processing_pil_llava_next import LlavaNextImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

sys.path.insert(0, str(pathlib.Path(__file__).parents[4] / "model.text/src/test/scripts"))
from make_reference_weights import weight

STEPS = 16
IMAGE = 3
VOCABULARY = 127
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
CLIP = dict(
    model_type="clip_vision_model", hidden_size=48, intermediate_size=80, num_attention_heads=3,
    num_hidden_layers=4, patch_size=4, image_size=16, hidden_act="quick_gelu", layer_norm_eps=1e-5)
TEXT = dict(
    model_type="llama", hidden_size=40, intermediate_size=72, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, vocab_size=VOCABULARY, max_position_embeddings=2048, rms_norm_eps=1e-5, head_dim=10,
    rope_theta=10000.0, tie_word_embeddings=False, pad_token_id=0)


def case(architecture, images, vision=(), text=(), preprocessor=(), **config):
    vision = {**CLIP, **dict(vision)}
    size = vision["image_size"]
    return dict(
        config=dict(
            architectures=[architecture], image_token_index=IMAGE, vision_feature_layer=-2,
            vision_feature_select_strategy="default", **config, vision_config=vision,
            text_config={**TEXT, **dict(text)}),
        preprocessor=dict(
            size={"shortest_edge": size}, crop_size={"height": size, "width": size}, do_center_crop=True,
            do_resize=True, do_rescale=True, do_normalize=True, resample=3, image_mean=MEAN, image_std=STD,
            **dict(preprocessor)),
        images=images)


def llava(images, **more):
    return case("LlavaForConditionalGeneration", images, **more)


def llava_next(images, pinpoints, **more):
    return case("LlavaNextForConditionalGeneration", images, image_grid_pinpoints=pinpoints, **more)


MISTRAL = dict(model_type="mistral", sliding_window=None, rope_theta=1000000.0)
# images: width and height; the last one is in the second turn
CASES = {
    "pad": llava([(37, 23), (20, 41), (30, 30)], preprocessor=dict(do_pad=True)),
    "crop": llava([(53, 31), (17, 90), (16, 16)], text=MISTRAL, vision=dict(image_size=20)),
    "full": llava([(53, 31), (25, 64)]),
    "next-llama": llava_next(
        [(57, 13), (13, 90), (40, 40), (33, 34)], [[16, 32], [32, 16], [32, 32], [48, 16], [16, 48]]),
    "next-mistral": llava_next(
        [(100, 61), (31, 77), (64, 9), (21, 20)], [[20, 40], [40, 20], [40, 40], [60, 20], [20, 60], [40, 60]],
        text=MISTRAL, vision=dict(image_size=20)),
    "next-odd": llava_next(
        [(7, 5), (300, 11), (9, 250), (123, 122)], [[36, 36], [12, 48], [24, 12], [12, 24]],
        vision=dict(image_size=12, hidden_act="gelu"), text=dict(attention_bias=True)),
    "siglip": llava(
        [(37, 23), (20, 41)],
        vision=dict(model_type="siglip_vision_model", image_size=18, hidden_act="gelu_pytorch_tanh",
                    layer_norm_eps=1e-6),
        text=dict(model_type="qwen2", tie_word_embeddings=False, rope_theta=1000000.0)),
}
CASES["full"]["config"].update(
    vision_feature_select_strategy="full", vision_feature_layer=3, projector_hidden_act="gelu_pytorch_tanh",
    multimodal_projector_bias=False)
CASES["siglip"]["config"].update(vision_feature_select_strategy="full", vision_feature_layer=-1)
CASES["siglip"]["preprocessor"].update(
    size={"height": 18, "width": 18}, image_mean=[0.5] * 3, image_std=[0.5] * 3)
del CASES["siglip"]["preprocessor"]["crop_size"], CASES["siglip"]["preprocessor"]["do_center_crop"]


def noise(width, height):
    """The upper bytes of a linear congruential generator."""
    state, values = width * 31 + height, bytearray()
    for _ in range(width * height * 3):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values.append(state >> 24)
    return Image.frombytes("RGB", (width, height), bytes(values))


def published(name):
    """The name that llava-hf's first checkpoints have for a parameter of transformers."""
    name = name.removeprefix("model.")
    name = name.replace("language_model.", "language_model.model.").replace("lm_head", "language_model.lm_head")
    inner = "vision_tower.vision_model."
    return name if name.startswith(inner) else name.replace("vision_tower.", inner)


def load(config):
    model_class = getattr(transformers, config["architectures"][0])
    parsed = model_class.config_class.from_dict(copy.deepcopy(config))
    model = model_class._from_config(parsed, attn_implementation="eager").float().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weight(published(name), tuple(parameter.shape)))
    return model


def processor(config, preprocessor):
    if config["architectures"] == ["LlavaNextForConditionalGeneration"]:
        return LlavaNextImageProcessorPil(**preprocessor, image_grid_pinpoints=config["image_grid_pinpoints"])
    if config["vision_config"]["model_type"] == "siglip_vision_model":
        return SiglipImageProcessorPil(**preprocessor)
    return (LlavaImageProcessorPil if "do_pad" in preprocessor else CLIPImageProcessorPil)(**preprocessor)


def ids(count, seed):
    return [4 + (i * i * 7 + i * 13 + seed * 31) % (VOCABULARY - 4) for i in range(count)]


def bytes_of(pixels, preprocessor):
    mean, std = (numpy.array(preprocessor[k]).reshape(3, 1, 1) for k in ("image_mean", "image_std"))
    return numpy.rint((pixels.double().numpy() * std + mean) * 255).astype(numpy.uint8).tobytes()


def rounded(values):
    return [float(f"{value:.7g}") for value in values]


@torch.no_grad()
def run(spec):
    config, preprocessor = spec["config"], spec["preprocessor"]
    model, process = load(config), processor(config, preprocessor)
    images, features = [], []
    for size in spec["images"]:
        inputs = process(noise(*size), return_tensors="pt")
        rows = torch.cat(list(model.get_image_features(**inputs).pooler_output))
        features.append(rows)
        pixels = inputs["pixel_values"].reshape(-1, *inputs["pixel_values"].shape[-3:])
        images.append(dict(
            width=size[0], height=size[1], tiles=len(pixels),
            rgb_sha256=hashlib.sha256(bytes_of(pixels, preprocessor)).hexdigest(), tokens=len(rows),
            embeddings=[rounded(row[:2]) for row in rows]))
    table = model.get_input_embeddings()
    first = len(features) - 1
    parts = [[ids(5, 1)] + [x for i in range(first) for x in (i, ids(4 + i, 2 + i))],
             [ids(6, 9), first, ids(3, 10)]]
    turns, past, margin = [], None, math.inf
    carried = []  # the last token of an answer is not in the cache yet
    for turn in parts:
        embedded = [table(torch.tensor(carried, dtype=torch.long))]
        embedded += [features[x] if isinstance(x, int) else table(torch.tensor(x)) for x in turn]
        output = model(inputs_embeds=torch.cat(embedded)[None], past_key_values=past, use_cache=True)
        logits, greedy = output.logits[0, -1], []
        for step in range(STEPS):
            best = torch.topk(output.logits[0, -1], 2).values
            margin = min(margin, float(best[0] - best[1]))
            greedy.append(int(output.logits[0, -1].argmax()))
            if step + 1 < STEPS:
                output = model(torch.tensor([greedy[-1:]]), past_key_values=output.past_key_values, use_cache=True)
        past, carried = output.past_key_values, greedy[-1:]
        turns.append(dict(parts=[{"image": x} if isinstance(x, int) else {"ids": x} for x in turn],
                          logits=rounded(logits), greedy=greedy))
    return images, turns, margin


def main(folder, *names):
    for name in names or CASES:
        spec = CASES[name]
        images, turns, margin = run(spec)
        result = dict(transformers=transformers.__version__, config=spec["config"], preprocessor=spec["preprocessor"],
                      images=images, turns=turns, least_margin=margin)
        text = json.dumps(result, separators=(",", ":")).replace(',"', ',\n"')
        (pathlib.Path(folder) / f"{name}.json").write_text(text + "\n")
        print(f"{name:14} margin {margin:.4f} tokens {[i['tokens'] for i in images]}"
              f" distinct ids {[len(set(t['greedy'])) for t in turns]}", flush=True)


main(*sys.argv[1:])

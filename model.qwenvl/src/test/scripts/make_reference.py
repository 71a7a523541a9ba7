"""Writes what Qwen-VL's published formulas give for small random checkpoints, in float64.

transformers has no Qwen-VL. This is a second implementation: PyTorch's own multi-head attention in the
tower and the resampler, and a decoder without a cache, which computes all positions anew for each token.
Weights and pixels are not stored: they follow from their names as org.lmdeploy.testkit.HashedWeights says.

    python -m venv venv && venv/bin/pip install torch numpy
    venv/bin/python make_reference.py ../resources/qwenvl [CASE ...]
"""

import json
import math
import pathlib
import re
import sys

import torch
import torch.nn.functional as F

sys.path.append(str(pathlib.Path(__file__).parents[4] / "model.text/src/test/scripts"))
from make_reference_weights import hashed, weight as named_weight  # noqa: E402

STEPS = 32
VISUAL = "transformer.visual."
POSITION_GRID = 16
TEXT_IDS = 100


def visual(**config):
    return {"image_size": 28, "patch_size": 4, "width": 24, "layers": 2, "heads": 3, "mlp_ratio": 2.55,
            "n_queries": 16, "output_dim": 128, "image_start_id": 120, **config}


def model(tower, **config):
    return {"architectures": ["QWenLMHeadModel"], "model_type": "qwen", "hidden_size": tower["output_dim"],
            "intermediate_size": 192, "num_hidden_layers": 2, "num_attention_heads": 4, "kv_channels": 32,
            "vocab_size": 127, "max_position_embeddings": 512, "seq_length": 256,
            "layer_norm_epsilon": 1e-6, "rotary_emb_base": 10000, "rotary_pct": 1.0, "no_bias": True,
            "use_dynamic_ntk": True, "use_logn_attn": True, "tie_word_embeddings": False,
            "visual": tower, **config}


# turns: (number of images, tokens of text)
TWO_TURNS = [(2, 9), (1, 8)]
CASES = {
    "plain": (model(visual()), TWO_TURNS),
    "upsampled-positions": (
        model(visual(image_size=80, width=128, heads=2, n_queries=36)), [(1, 6)]),
    "more-queries-than-patches": (
        model(visual(image_size=12, width=40, heads=2, output_dim=256)), [(1, 5), (1, 4)]),
    "trained-grid": (model(visual(image_size=64, width=16, heads=2, n_queries=9)), [(1, 5)]),
    "long-prompt": (model(visual(), seq_length=32), TWO_TURNS),
    "crossing": (model(visual(), seq_length=90), TWO_TURNS),
    "ntk-only": (model(visual(), seq_length=40, use_logn_attn=False), TWO_TURNS),
    "logn-only": (model(visual(), seq_length=20, use_dynamic_ntk=False), TWO_TURNS),
}


def weight(name, *shape):
    return named_weight(re.sub(r"(ln_\w+)\.weight$", r"\1.norm.weight", name), shape).double()


def norm(x, name):
    size = x.shape[-1]
    return F.layer_norm(x, (size,), weight(name + ".weight", size), weight(name + ".bias", size), 1e-6)


def linear(x, name, out, biased=True):
    bias = weight(name + ".bias", out) if biased else None
    return F.linear(x, weight(name + ".weight", out, x.shape[-1]), bias)


def positions(stored, grid):
    old = math.isqrt(len(stored))
    if old == grid:
        return stored
    image = stored.T.reshape(1, -1, old, old)
    resized = F.interpolate(image, size=(grid, grid), mode="bicubic", align_corners=False)
    return resized.reshape(stored.shape[1], grid * grid).T


def attention(queries, keys, values, heads, projection, bias, out_weight, out_bias):
    layer = torch.nn.MultiheadAttention(queries.shape[-1], heads, batch_first=True, dtype=torch.float64)
    layer.load_state_dict({"in_proj_weight": projection, "in_proj_bias": bias,
                           "out_proj.weight": out_weight, "out_proj.bias": out_bias})
    return layer(queries, keys, values, need_weights=False)[0]


def self_attention(x, name, heads):
    """In the checkpoint each head has its queries', keys' and values' rows next to each other."""
    width = x.shape[-1]
    rows = weight(name + ".in_proj.weight", 3 * width, width).reshape(heads, 3, -1, width)
    bias = weight(name + ".in_proj.bias", 3 * width).reshape(heads, 3, -1)
    return attention(x, x, x, heads, rows.transpose(0, 1).reshape(3 * width, width),
                     bias.transpose(0, 1).reshape(-1), weight(name + ".out_proj.weight", width, width),
                     weight(name + ".out_proj.bias", width))


def tower(pixels, c):
    width, size, patch = c["width"], c["output_dim"], c["patch_size"]
    grid = c["image_size"] // patch
    x = F.conv2d(pixels, weight(VISUAL + "conv1.weight", width, 3, patch, patch), stride=patch)
    x = x.flatten(2).transpose(1, 2)
    stored = weight(VISUAL + "positional_embedding", POSITION_GRID**2, width)
    x = norm(x + positions(stored, grid), VISUAL + "ln_pre")
    for i in range(c["layers"]):
        block = f"{VISUAL}transformer.resblocks.{i}."
        x = x + self_attention(norm(x, block + "ln_1"), block + "attn", c["heads"])
        inner = F.gelu(linear(norm(x, block + "ln_2"), block + "mlp.c_fc", int(width * c["mlp_ratio"])))
        x = x + linear(inner, block + "mlp.c_proj", width)
    pool = VISUAL + "attn_pool."
    if width != size:
        x = linear(x, pool + "kv_proj", size, biased=False)
    x = norm(x, pool + "ln_kv")
    where = weight(pool + "pos_embed", c["n_queries"], size)
    queries = norm(weight(pool + "query", c["n_queries"], size), pool + "ln_q") + where
    x = attention(
        queries.expand(len(x), -1, -1), x + positions(where, grid), x, size // 128,
        weight(pool + "attn.in_proj_weight", 3 * size, size), weight(pool + "attn.in_proj_bias", 3 * size),
        weight(pool + "attn.out_proj.weight", size, size), weight(pool + "attn.out_proj.bias", size))
    return norm(x, VISUAL + "ln_post") @ weight(VISUAL + "proj", size, size)


def rms_norm(x, name):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-6) * weight(name + ".weight", x.shape[-1])


def angles(c, count, prompt_length):
    dim = c["kv_channels"]
    alpha = 1
    if c["use_dynamic_ntk"]:
        alpha = max(2 ** math.ceil(math.log(prompt_length / c["seq_length"], 2) + 1) - 1, 1)
    base = c["rotary_emb_base"] * alpha ** (dim / (dim - 2))
    frequencies = 1 / base ** (torch.arange(0, dim, 2).double() / dim)
    both = torch.outer(torch.arange(count).double(), frequencies).repeat(1, 2)
    return both[:, None, :]


def rotate(x, turned):
    first, second = x.chunk(2, -1)
    return x * turned.cos() + torch.cat((-second, first), -1) * turned.sin()


def decoder(x, c, prompt_length):
    count, heads, dim = len(x), c["num_attention_heads"], c["kv_channels"]
    turned = angles(c, count, prompt_length)
    logn = torch.tensor([math.log(i, c["seq_length"]) if i > c["seq_length"] else 1.0
                         for i in range(1, count + 1)], dtype=torch.float64)
    future = torch.ones(count, count, dtype=torch.bool).triu(1)
    for i in range(c["num_hidden_layers"]):
        layer = f"transformer.h.{i}."
        y = linear(rms_norm(x, layer + "ln_1"), layer + "attn.c_attn", 3 * heads * dim)
        q, k, v = (part.reshape(count, heads, dim) for part in y.chunk(3, -1))
        q, k = rotate(q, turned), rotate(k, turned)
        if c["use_logn_attn"]:
            q = q * logn[:, None, None]
        scores = torch.einsum("qhd,khd->hqk", q, k) / math.sqrt(dim)
        shares = scores.masked_fill(future, -math.inf).softmax(-1)
        y = torch.einsum("hqk,khd->qhd", shares, v).reshape(count, heads * dim)
        x = x + linear(y, layer + "attn.c_proj", c["hidden_size"], biased=False)
        y = rms_norm(x, layer + "ln_2")
        inner = c["intermediate_size"] // 2
        y = linear(y, layer + "mlp.w1", inner, biased=False) * F.silu(
            linear(y, layer + "mlp.w2", inner, biased=False))
        x = x + linear(y, layer + "mlp.c_proj", c["hidden_size"], biased=False)
    return linear(rms_norm(x, "transformer.ln_f"), "lm_head", c["vocab_size"], biased=False)


def conversation(turns, c):
    """Ids with a run of placeholders between <img> and </img> for each image."""
    start = c["image_start_id"]
    ids = []
    for images, length in turns:
        for _ in range(images):
            ids += [len(ids) % TEXT_IDS, start] + [start + 2] * c["n_queries"] + [start + 1]
        ids += [(len(ids) * 7 + i * i) % TEXT_IDS for i in range(length)]
    return ids


@torch.no_grad()
def run(config, turns):
    c = config["visual"]
    prompt = conversation(turns, c)
    images = sum(images for images, _ in turns)
    size = c["image_size"]
    pixels = torch.tensor(hashed("pixels", images * 3 * size * size)).reshape(images, 3, size, size)
    embeddings = tower(pixels, c)
    table = weight("transformer.wte.weight", config["vocab_size"], config["hidden_size"])
    x = table[prompt]
    x[torch.tensor(prompt) == c["image_start_id"] + 2] = embeddings.reshape(-1, config["hidden_size"])
    greedy, margin = [], math.inf
    prompt_logits = logits = decoder(x, config, len(prompt))
    for _ in range(STEPS):
        best = torch.topk(logits[-1], 2).values
        margin = min(margin, float(best[0] - best[1]))
        greedy.append(int(logits[-1].argmax()))
        x = torch.cat((x, table[greedy[-1:]]))
        logits = decoder(x, config, len(prompt))
    return prompt, embeddings, prompt_logits, greedy, logits[-1], margin


def rounded(values):
    return [float(f"{value:.7g}") for value in values]


def main(folder, *names):
    for name in names or CASES:
        config, turns = CASES[name]
        prompt, embeddings, prompt_logits, greedy, last, margin = run(config, turns)
        tokens = embeddings.reshape(-1, config["hidden_size"])
        result = {
            "config": config,
            "prompt": prompt,
            "embeddings": {i: rounded(tokens[i]) for i in range(0, len(tokens), 7)},
            "logits": {i: rounded(prompt_logits[i]) for i in (0, len(prompt) // 2, len(prompt) - 1)},
            "greedy": greedy,
            "logits_after_greedy": rounded(last),
        }
        text = json.dumps(result, separators=(",", ":")).replace(',"', ',\n"')
        (pathlib.Path(folder) / f"{name}.json").write_text(text + "\n")
        print(f"{name:26} prompt {len(prompt):3} margin {margin:.4f} distinct ids {len(set(greedy))}")


main(*sys.argv[1:])

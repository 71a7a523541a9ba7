"""Writes what transformers computes for small random checkpoints.

The weights are not stored: they follow from their names by make_reference_weights.py, which
org.lmdeploy.testkit.HashedWeights repeats in Java. Each case becomes one JSON file with the configuration
as a checkpoint would have it, a prompt, logits and 64 greedily chosen ids. The Java test runs the
cases a second time under InternLM2's names, whose code transformers does not have; the arithmetic
is the same, and so it is of the first versions of InternLM
and Qwen and of Baichuan's two.

    python -m venv venv && venv/bin/pip install torch transformers numpy
    venv/bin/python make_reference.py ../resources/decoder [CASE ...]
"""

import copy
import json
import math
import pathlib
import sys

import torch
import transformers

from make_reference_weights import weight

STEPS = 64
SMALL = dict(
    architectures=["LlamaForCausalLM"],
    model_type="llama",
    hidden_size=64,
    intermediate_size=112,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    hidden_act="silu",
    vocab_size=127,
    max_position_embeddings=256,
    rms_norm_eps=1e-5,
    tie_word_embeddings=False,
)


def case(prompt_length, **config):
    return prompt_length, {**SMALL, **config}


def family(architecture, model_type, prompt_length, **config):
    return case(prompt_length, architectures=[architecture], model_type=model_type, **config)


def mistral(prompt_length, **config):
    return family("MistralForCausalLM", "mistral", prompt_length, **config)


def qwen2(prompt_length, **config):
    return family("Qwen2ForCausalLM", "qwen2", prompt_length, **config)


def qwen3(prompt_length, **config):
    return family("Qwen3ForCausalLM", "qwen3", prompt_length, **config)


def phi3(prompt_length, **config):
    return family("Phi3ForCausalLM", "phi3", prompt_length, pad_token_id=0, **config)


def factors(low, high):
    return [round(low + (high - low) * i / 7, 3) for i in range(8)]


CASES = {
    # keys of transformers 4
    "default": case(21, rope_theta=10000.0, rope_scaling=None),
    "odd-mqa": case(
        17, hidden_size=51, num_attention_heads=3, num_key_value_heads=1, head_dim=22,
        intermediate_size=97, vocab_size=101, rope_theta=500.0),
    "mha": case(26, num_key_value_heads=4, rope_theta=10000.0),
    "mha-bias": case(
        19, num_key_value_heads=4, attention_bias=True, head_dim=24, rope_theta=1000000.0),
    "tied-bias": case(
        19, num_key_value_heads=1, attention_bias=True, mlp_bias=True, tie_word_embeddings=True),
    "linear": case(40, rope_theta=100.0, rope_scaling={"type": "linear", "factor": 4.0}),
    "dynamic-crossing": case(
        20, max_position_embeddings=32, rope_theta=100.0,
        rope_scaling={"type": "dynamic", "factor": 2.0}),
    "dynamic-long-prompt": case(
        48, max_position_embeddings=32, rope_theta=100.0,
        rope_scaling={"rope_type": "dynamic", "factor": 3.0}),
    "yarn": case(
        40, rope_theta=1000.0,
        rope_scaling={"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}),
    "longrope-long-prompt": case(
        40, max_position_embeddings=128, original_max_position_embeddings=32, rope_theta=900.0,
        rope_scaling={"type": "longrope", "short_factor": factors(1.0, 1.4),
                      "long_factor": factors(1.2, 5.0)}),
    # keys of transformers 5
    "default-5": case(21, rope_parameters={"rope_type": "default", "rope_theta": 77.0}),
    "linear-5": case(
        40, rope_parameters={"rope_type": "linear", "rope_theta": 120.0, "factor": 3.0}),
    "dynamic-5": case(
        31, max_position_embeddings=32,
        rope_parameters={"rope_type": "dynamic", "rope_theta": 60.0, "factor": 4.0}),
    "llama3-5": case(
        40, tie_word_embeddings=True,
        rope_parameters={"rope_type": "llama3", "rope_theta": 500.0, "factor": 8.0,
                         "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                         "original_max_position_embeddings": 48}),
    "yarn-mscale-5": case(
        40, rope_parameters={"rope_type": "yarn", "rope_theta": 200.0, "factor": 6.0,
                             "original_max_position_embeddings": 24, "beta_fast": 4.0,
                             "beta_slow": 0.25, "mscale": 0.7, "mscale_all_dim": 1.3,
                             "truncate": False}),
    "yarn-attention-5": case(
        40, rope_parameters={"rope_type": "yarn", "rope_theta": 200.0, "factor": 2.0,
                             "original_max_position_embeddings": 24, "attention_factor": 1.3}),
    "longrope-crossing-5": case(
        20, max_position_embeddings=128,
        rope_parameters={"rope_type": "longrope", "rope_theta": 100.0,
                         "original_max_position_embeddings": 32,
                         "short_factor": factors(1.0, 1.5), "long_factor": factors(1.3, 6.0)}),
    # other families; windows are passed within the prompt or within the answer
    "mistral-window": mistral(40, sliding_window=24, rope_theta=10000.0),
    "mistral-head-dim": mistral(23, sliding_window=None, head_dim=24, rope_theta=1000000.0),
    "mistral-window-late": mistral(20, sliding_window=32, rope_theta=10000.0),
    "qwen2": qwen2(
        21, use_sliding_window=False, sliding_window=8, max_window_layers=1, rope_theta=1000000.0),
    "qwen2-tied": qwen2(
        19, num_attention_heads=7, num_key_value_heads=1, hidden_size=56, tie_word_embeddings=True,
        rope_theta=1000000.0),
    "qwen2-window-yarn": qwen2(
        40, use_sliding_window=True, sliding_window=24, max_window_layers=0, rope_theta=1000.0,
        rope_scaling={"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}),
    # as Qwen's first version has it
    "qwen2-mha": qwen2(22, num_key_value_heads=4, head_dim=16, rope_theta=10000.0),
    "qwen3": qwen3(21, head_dim=24, rope_theta=1000000.0, max_window_layers=3),
    "qwen3-tied-bias-5": qwen3(
        19, head_dim=16, num_key_value_heads=1, attention_bias=True, tie_word_embeddings=True,
        layer_types=["full_attention"] * 3,
        rope_parameters={"rope_type": "default", "rope_theta": 5000.0}),
    "phi3": phi3(41, num_key_value_heads=4, sliding_window=25, rope_theta=10000.0),
    "phi3-longrope-partial": phi3(
        20, max_position_embeddings=128, original_max_position_embeddings=32, rope_theta=900.0,
        partial_rotary_factor=0.75, tie_word_embeddings=True, sliding_window=128,
        rope_scaling={"type": "longrope", "short_factor": factors(1.0, 1.4)[:6],
                      "long_factor": factors(1.2, 5.0)[:6]}),
    "phi3-longrope-long-prompt": phi3(
        40, max_position_embeddings=128, original_max_position_embeddings=32, rope_theta=900.0,
        rope_scaling={"type": "longrope", "short_factor": factors(1.0, 1.4),
                      "long_factor": factors(1.2, 5.0)}),
    "glm": family(
        "GlmForCausalLM", "glm", 21, head_dim=24, pad_token_id=0, rope_theta=5000000.0),
    "glm-5": family(
        "GlmForCausalLM", "glm", 25, head_dim=16, pad_token_id=0, attention_bias=False,
        num_key_value_heads=1,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0,
                         "partial_rotary_factor": 0.75}),
    # as InternLM's first version has it
    "internlm-dynamic": case(
        20, num_key_value_heads=4, attention_bias=True, max_position_embeddings=32,
        rope_theta=100.0, rope_scaling={"type": "dynamic", "factor": 1.0}),
    # as Baichuan 2 has it: the head's rows are scaled to the length 1
    "baichuan2": case(23, num_key_value_heads=4, rope_theta=10000.0, rms_norm_eps=1e-6),
}
UNIT_HEAD = {"baichuan2"}


def load(config, unit_head):
    model_class = getattr(transformers, config["architectures"][0])
    parsed = model_class.config_class.from_dict(copy.deepcopy(config))
    model = model_class._from_config(parsed, attn_implementation="eager")
    model = model.float().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weight(name, tuple(parameter.shape)))
        if unit_head:
            model.lm_head.weight.copy_(torch.nn.functional.normalize(model.lm_head.weight))
    return model


@torch.no_grad()
def run(config, prompt, unit_head):
    model = load(config, unit_head)
    output = model(torch.tensor([prompt]), use_cache=True)
    prompt_logits = output.logits[0]
    greedy, margin = [], math.inf
    for _ in range(STEPS):
        logits = output.logits[0, -1]
        best = torch.topk(logits, 2).values
        margin = min(margin, float(best[0] - best[1]))
        greedy.append(int(logits.argmax()))
        output = model(
            torch.tensor([greedy[-1:]]), past_key_values=output.past_key_values, use_cache=True)
    return prompt_logits, output.logits[0, -1], greedy, margin


def unscaled(config):
    """The configuration without scaling rule and window, to see whether they matter."""
    plain = {k: v for k, v in config.items() if k not in ("rope_scaling", "rope_parameters")}
    plain["sliding_window"] = None
    rules = config.get("rope_parameters") or config
    return {**plain, "rope_theta": rules.get("rope_theta", 10000.0)}


def rounded(logits):
    return [float(f"{value:.7g}") for value in logits]


def main(folder, *names):
    for name in names or CASES:
        prompt_length, config = CASES[name]
        prompt = [3 + (i * i * 7 + i * 13) % (config["vocab_size"] - 3) for i in range(prompt_length)]
        unit_head = name in UNIT_HEAD
        prompt_logits, last_logits, greedy, margin = run(config, prompt, unit_head)
        _, plain_last, plain_greedy, _ = run(unscaled(config), prompt, unit_head)
        positions = [0, prompt_length // 2, prompt_length - 1]
        result = {
            "transformers": transformers.__version__,
            "config": config,
            "prompt": prompt,
            "logits": {p: rounded(prompt_logits[p]) for p in positions},
            "greedy": greedy,
            "logits_after_greedy": rounded(last_logits),
            "least_margin": margin,
        }
        text = json.dumps(result, separators=(",", ":")).replace(',"', ',\n"')
        (pathlib.Path(folder) / f"{name}.json").write_text(text + "\n")
        differs = float((last_logits - plain_last).norm() / plain_last.norm())
        print(f"{name:22} margin {margin:.4f}  distinct ids {len(set(greedy)):3}"
              f"  without scaling or window: {differs:.3f} {'same' if greedy == plain_greedy else 'other'} ids")


main(*sys.argv[1:])

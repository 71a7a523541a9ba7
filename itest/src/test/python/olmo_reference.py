"""Writes src/test/resources/olmo: a small OLMo checkpoint with random weights and the greedy
continuations that transformers' OlmoForCausalLM computes from it, in float32.

    python olmo_reference.py

The tokenizer is the demo model's, which the tests put beside the checkpoint.
"""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import OlmoConfig, OlmoForCausalLM

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "resources" / "olmo"
TOKENIZER = (
    HERE.parents[3]
    / "model.demo/src/main/resources/org/lmdeploy/model/demo/tiny-internvl2/tokenizer.json"
)
NEW_TOKENS = 24
PROMPTS = ["Hello", "The image shows a green circle.", "How many shapes are there? 1 2 3"]


def main():
    torch.manual_seed(7)
    config = OlmoConfig(
        vocab_size=832,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        tie_word_embeddings=False,
        initializer_range=0.2,
        pad_token_id=2,
        bos_token_id=1,
        eos_token_id=2,
    )
    model = OlmoForCausalLM(config).eval()
    # Values that bfloat16 holds exactly, so that the small file says all.
    model.load_state_dict({k: v.to(torch.bfloat16).float() for k, v in model.state_dict().items()})
    OUT.mkdir(parents=True, exist_ok=True)
    model.to(torch.bfloat16).save_pretrained(OUT)
    model = model.float()
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    cases = []
    for prompt in PROMPTS:
        ids = [1] + tokenizer.encode(prompt, add_special_tokens=False).ids
        tokens, gap = list(ids), float("inf")
        with torch.no_grad():
            for _ in range(NEW_TOKENS):
                logits = model(torch.tensor([tokens])).logits[0, -1]
                best = logits.topk(2)
                gap = min(gap, (best.values[0] - best.values[1]).item())
                tokens.append(best.indices[0].item())
                assert tokens[-1] != config.eos_token_id, "choose another seed"
        print(prompt, tokens[len(ids):], "closest call", gap)
        answer = tokenizer.decode(tokens[len(ids):], skip_special_tokens=True)
        cases.append({"prompt_ids": ids, "text": answer})
    (OUT / "generation_config.json").unlink()
    (OUT / "expected.json").write_text(json.dumps(cases, indent=1) + "\n")


main()

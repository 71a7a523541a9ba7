"""Trains a small tiktoken vocabulary and writes what tiktoken makes of some texts.

    pip install tiktoken==0.12.0
    python make_tiktoken_goldens.py [qwen.tiktoken OUT]

Writes into ../resources/org/lmdeploy/tokenizer/hf: small.tiktoken and tiktoken-goldens.json. Pattern,
normalization and special tokens are those of Qwen's first version. With a vocabulary and a file, the
goldens are of that vocabulary and go there, with 2,000 texts.
"""
import base64
import collections
import json
import os
import random
import sys
import unicodedata

import regex
import tiktoken

from make_sentencepiece_goldens import CORPUS, OUT, TEXTS

PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
           r"|\s*[\r\n]+|\s+(?!\S)|\s+")
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + [f"<|extra_{i}|>" for i in range(205)]


def train(merges):
    ranks = {bytes([b]): b for b in range(256)}
    words = [[bytes([b]) for b in word.encode()] for line in CORPUS for word in regex.findall(PATTERN, line)]
    for _ in range(merges):
        pairs = collections.Counter(pair for word in words for pair in zip(word, word[1:]))
        if not pairs:
            break
        left, right = max(pairs, key=lambda pair: (pairs[pair], pair))
        ranks[left + right] = len(ranks)
        for word in words:
            i = 0
            while i + 1 < len(word):
                if word[i] == left and word[i + 1] == right:
                    word[i:i + 2] = [left + right]
                i += 1
    return ranks


def random_texts(count):
    generator = random.Random(7)
    ranges = [(0x20, 0x7e), (0xa0, 0x17f), (0x370, 0x3ff), (0x400, 0x4ff), (0x5d0, 0x5ea), (0x620, 0x64a),
              (0x900, 0x97f), (0xe00, 0xe7f), (0x3040, 0x30ff), (0x4e00, 0x9fff), (0xac00, 0xd7a3),
              (0x1f300, 0x1f64f), (0x09, 0x0d), (0x300, 0x36f), (0x30, 0x39), (0x20, 0x20)]
    for _ in range(count):
        parts = []
        for _ in range(generator.randint(1, 8)):
            low, high = generator.choice(ranges)
            parts.append("".join(chr(generator.randint(low, high)) for _ in range(generator.randint(1, 6))))
        if generator.random() < 0.2:
            parts.insert(generator.randint(0, len(parts)), generator.choice(SPECIAL))
        yield "".join(parts)


def goldens(ranks, texts):
    encoding = tiktoken.Encoding(
        "qwen", pat_str=PATTERN, mergeable_ranks=ranks,
        special_tokens={token: len(ranks) + i for i, token in enumerate(SPECIAL)})
    cases = []
    for text in texts:
        ids = encoding.encode(unicodedata.normalize("NFC", text), allowed_special="all")
        cases.append({"text": text, "ids": ids, "decoded": encoding.decode(ids)})
    return {"tiktoken": tiktoken.__version__, "cases": cases}


def main(vocabulary=None, out=None):
    if vocabulary:
        with open(vocabulary, "rb") as file:
            ranks = {base64.b64decode(t): int(r) for t, r in (line.split() for line in file)}
        texts = TEXTS + list(random_texts(2000 - len(TEXTS)))
    else:
        ranks = train(400)
        with open(os.path.join(OUT, "small.tiktoken"), "wb") as file:
            for token, rank in ranks.items():
                file.write(base64.b64encode(token) + b" " + str(rank).encode() + b"\n")
        # a character that composes with the end of what would be a special token
        texts = TEXTS + ["a<|im_end|>b <|im_end|>\u0338"] + list(random_texts(150))
        out = os.path.join(OUT, "tiktoken-goldens.json")
    with open(out, "w") as file:
        json.dump(goldens(ranks, texts), file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


main(*sys.argv[1:])

"""Trains a small tiktoken vocabulary and writes what tiktoken makes of some texts.

    pip install tiktoken==0.12.0
    python make_tiktoken_goldens.py

Writes into ../resources/org/lmdeploy/tokenizer/hf: small.tiktoken, and tiktoken-goldens.json with pattern,
normalization and special tokens of Qwen's first version (published_tokenizers.py does the same with its real
vocabulary), and glm4-goldens.json with those of GLM-4.
"""
import base64
import collections
import json
import os
import unicodedata

import regex
import tiktoken

from golden_texts import CORPUS, TEXTS, random_texts

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                   "../resources/org/lmdeploy/tokenizer/hf")
PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
           r"|\s*[\r\n]+|\s+(?!\S)|\s+")
GLM4_PATTERN = PATTERN.replace(r"\p{N}| ?", r"\p{N}{1,3}| ?")
GLM4_SPECIAL = ["<|endoftext|>", "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>", "<|system|>", "<|user|>",
                "<|assistant|>", "<|observation|>"]
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


def encoding(ranks, pattern=PATTERN, special=SPECIAL):
    return tiktoken.Encoding(
        "small", pat_str=pattern, mergeable_ranks=ranks,
        special_tokens={token: len(ranks) + i for i, token in enumerate(special)})


def read_ranks(vocabulary):
    with open(vocabulary, "rb") as file:
        return {base64.b64decode(t): int(r) for t, r in (line.split() for line in file)}


def goldens(ranks, texts):
    return cases(encoding(ranks), [(text, unicodedata.normalize("NFC", text)) for text in texts])


def glm4_goldens(ranks, texts):
    return cases(encoding(ranks, GLM4_PATTERN, GLM4_SPECIAL), [(text, text) for text in texts])


def cases(reference, texts):
    cases = []
    for text, normal in texts:
        ids = reference.encode(normal, allowed_special="all")
        cases.append({"text": text, "ids": ids, "decoded": reference.decode(ids)})
    return {"tiktoken": tiktoken.__version__, "cases": cases}


def main():
    ranks = train(400)
    with open(os.path.join(OUT, "small.tiktoken"), "wb") as file:
        for token, rank in ranks.items():
            file.write(base64.b64encode(token) + b" " + str(rank).encode() + b"\n")
    # a character that composes with the end of what would be a special token
    texts = TEXTS + ["a<|im_end|>b <|im_end|>\u0338"] + list(random_texts(150, SPECIAL))
    with open(os.path.join(OUT, "tiktoken-goldens.json"), "w") as file:
        json.dump(goldens(ranks, texts), file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")
    texts = TEXTS + ["1234567 12 0", "[gMASK]<sop><|user|>\na<|assistant|>"] + list(random_texts(60, GLM4_SPECIAL))
    with open(os.path.join(OUT, "glm4-goldens.json"), "w") as file:
        json.dump(glm4_goldens(ranks, texts), file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()

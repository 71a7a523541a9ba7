"""Trains two small SentencePiece models and writes what transformers makes of some texts.

    pip install "transformers==4.57.6" sentencepiece==0.2.3 protobuf
    python make_sentencepiece_goldens.py

Writes into ../resources/org/lmdeploy/tokenizer/hf: bpe.model, unigram.model and
sentencepiece-goldens.json. The reference is LlamaTokenizerFast, converted from the model file.
"""
import io
import json
import os
import tempfile

import sentencepiece
import transformers

from golden_texts import CORPUS, TEXTS, random_texts

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                   "../resources/org/lmdeploy/tokenizer/hf")

SPECIAL = ["<s>", "</s>", "<|im_start|>", "<|im_end|>", "<tool>"]


def train(model_type, vocab_size):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS * 4), model_writer=model, model_type=model_type,
        vocab_size=vocab_size, hard_vocab_limit=False, byte_fallback=True, character_coverage=0.98,
        normalization_rule_name="identity", remove_extra_whitespaces=False, num_threads=1,
        control_symbols=["<|im_start|>", "<|im_end|>"], user_defined_symbols=["<tool>"],
        minloglevel=2)
    return model.getvalue()


def reference(model, legacy):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "tokenizer.model"), "wb") as file:
            file.write(model)
        with open(os.path.join(folder, "tokenizer_config.json"), "w") as file:
            json.dump({"tokenizer_class": "LlamaTokenizer", "legacy": legacy}, file)
        tokenizer = transformers.LlamaTokenizerFast.from_pretrained(folder, from_slow=True)
    cases = []
    for text in TEXTS + list(random_texts(150, SPECIAL)):
        ids = tokenizer.encode(text, add_special_tokens=False)
        cases.append({"text": text, "ids": ids, "decoded": tokenizer.decode(ids),
                      "plain": tokenizer.decode(ids, skip_special_tokens=True)})
    return cases


def main():
    goldens = {"transformers": transformers.__version__, "models": []}
    for model_type, vocab_size in (("bpe", 620), ("unigram", 560)):
        model = train(model_type, vocab_size)
        with open(os.path.join(OUT, model_type + ".model"), "wb") as file:
            file.write(model)
        for legacy in (True, False):
            goldens["models"].append({"file": model_type + ".model", "legacy": legacy,
                                      "cases": reference(model, legacy)})
    with open(os.path.join(OUT, "sentencepiece-goldens.json"), "w") as file:
        json.dump(goldens, file, ensure_ascii=True, indent=None, separators=(",", ":"))


if __name__ == "__main__":
    main()

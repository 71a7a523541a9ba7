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

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                   "../resources/org/lmdeploy/tokenizer/hf")

CORPUS = """The quick brown fox jumps over the lazy dog.
The image shows a red circle on the left and a blue square on the right.
How many shapes are there in this picture? There are three shapes in the picture.
Answer the question with a single word or a short phrase, please.
public static void main(String[] args) { return x + 1; }
def square(x): return x * x  # the square of x
Größe und Übermut tun selten gut. L'été à la plage, ça va?
Привет, мир! Как дела? Картинка показывает красный круг.
你是一个有用无害的人工智能助手。图片中有一个红色的圆形。
안녕하세요. 그림에는 빨간 원이 있습니다.
مرحبا بالعالم، كيف حالك؟
0 1 2 3 4 5 6 7 8 9 10 100 2024 3.14159
""".splitlines()

TEXTS = [
    "", " ", "  ", "   a", "a", " a", "a ", "a  b   c", "\n", "a\nb", "\n\n a\t b\r\n", "\ta",
    "The quick brown fox", "the image shows a red circle.", "How many shapes?  Three!",
    "Unseen words: xylophone, Zyzzyva", "it's don't I'm", "3.14159 2024 007 1,000",
    "def f(x):\n    return x ** 2\n", "if (a && b) { c[0] += 1; }", "<div class=\"a\">&nbsp;</div>",
    "Größe", "L'été à l'œuvre", "Привет, мир", "Съешь ещё этих булок", "你是谁？图片中有什么", "吾輩は猫である",
    "안녕하세요 세계", "مرحبا", "שלום עולם", "नमस्ते दुनिया", "สวัสดี", "გამარჯობა", "𐌲𐌿𐍄", "𝓗𝓮𝓵𝓵𝓸",
    "😀", "a😀b", "👩‍👩‍👧 🇩🇪 ❤️", "e\u0301 n\u0303", "ＡＢＣ　１２３", "a\u00a0b\u200bc\u3000d", "a\u0000b\u0001c",
    "\u2581", "a\u2581b", "\u2581 \u2581a", "<0x0A> <0xE4>", "\ufffd", "<unk>", "<s>", "</s>", "<s>a", "a<s>b",
    "a <s> b", "<s> a</s>", "<s><s>", "a</s></s>b", "<|im_start|>user\nhi<|im_end|>\n", "x <|im_end|>  y",
    "<tool>", "a<tool>b", "a <tool> b", "x" * 60, " " * 20, "ab " * 20,
]


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
    for text in TEXTS:
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

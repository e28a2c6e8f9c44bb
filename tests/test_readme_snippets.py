"""What the README shows runs as it stands, and the shipped artifacts give their golden ids everywhere."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from tokenizers import Tokenizer

from tests.server import running
from tokenizer import load
from tokenizer.files import ARTIFACTS

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
PYTHON = [code for language, code in BLOCKS if language == "python" and "gradio_client" not in code]
CLIENT = [code for language, code in BLOCKS if language == "python" and "gradio_client" in code]
CURL = [code for language, code in BLOCKS if language == "sh" and "curl" in code]
MCP = [json.loads(code) for language, code in BLOCKS if language == "json"]
ADDRESS = "http://127.0.0.1:7860/"
NODE = [code for language, code in BLOCKS if language == "js"]
IDS = str(load("hindi").encode_ordinary("हिन्दी में टोकन"))
ENV = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}


@pytest.mark.parametrize("code", PYTHON)
def test_python(code):
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=ENV, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.strip().splitlines()
    assert printed
    assert "baseline" in code or set(printed) == {IDS}


@pytest.fixture(scope="module")
def address():
    with running() as url:
        yield url


def test_gradio_client(address):
    assert len(CLIENT) == 1
    code = CLIENT[0].replace(ADDRESS.rstrip("/"), address.rstrip("/"))
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=ENV, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert str(load("kannada").encode_ordinary("ಕನ್ನಡ ಸ್ತ್ರೀ")) in done.stdout
    assert "ಕನ್ನಡ ಸ್ತ್ರೀ" in lines
    assert "'o200k_base'" in lines[-1]


def test_curl(address):
    assert len(CURL) == 1
    code = CURL[0].replace(ADDRESS, address)
    done = subprocess.run(["bash", "-euc", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["data"][0]["results"][0]["tokenizer"] == "hindi"


def test_mcp_configuration(address):
    (server,) = MCP[0]["mcpServers"].values()

    async def names() -> list[str]:
        url = server["url"].replace(ADDRESS, address)
        async with streamablehttp_client(url) as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            return [tool.name for tool in (await session.list_tools()).tools]

    assert len(asyncio.run(names())) == 4


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
    code = code.replace("python -m", f'"{sys.executable}" -m')
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code], cwd=tmp_path, env=ENV, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[1] == "हिन्दी में टोकन"  # encoded and decoded
    assert "ಕನ್ನಡ| |ಸ್ತ್ರೀ" in lines
    assert "o200k_base" in done.stdout

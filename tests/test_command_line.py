"""The commands as a shell runs them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*arguments: str | Path, data: bytes = b"") -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "tokenizer", *map(str, arguments)]
    return subprocess.run(command, input=data, capture_output=True, cwd=ROOT, timeout=120)


GPT2 = ("--tokenizer", "gpt2")


@pytest.mark.parametrize("text", ["हिन्दी में\r\n\n ಕನ್ನಡ\t", "", "no line end", "<|endoftext|>\x00"])
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_encode_then_decode_gives_the_same_bytes(text, form):
    encoded = run("encode", *GPT2, *form, data=text.encode())
    assert encoded.returncode == 0
    assert encoded.stderr == b""
    assert run("decode", *GPT2, data=encoded.stdout).stdout == text.encode()


def test_special_tokens_only_when_asked():
    assert run("encode", *GPT2, "--special", data=b"<|endoftext|>").stdout == b"50256\n"
    assert len(run("encode", *GPT2, data=b"<|endoftext|>").stdout.split()) > 1


def test_files_give_one_line_each(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_text("हिन्दी\n", encoding="utf-8")
    lines = run("encode", *GPT2, "--json", tmp_path / "a", tmp_path / "b").stdout.splitlines()
    assert len(lines) == 2
    assert json.loads(lines[0]) == json.loads(lines[1])


@pytest.mark.parametrize(
    ("arguments", "data", "says"),
    [
        (("encode", *GPT2), b"ab\xff", "standard input is not UTF-8 at byte 2"),
        (("decode", *GPT2), b"1 two", "'two' is no token id"),
        (("decode", *GPT2), b"99999999", "50,257"),
        (("encode", *GPT2, "none.txt"), b"", "none.txt"),
        (("evaluate", *GPT2, "none.txt"), b"", "There is no file none.txt"),
        (("push", "none", "--repo", "owner/name"), b"", "not a whole artifact"),
        (("push", "--space", "http://x/y"), b"", "write owner/name"),
    ],
)
def test_what_goes_wrong_is_one_line_on_standard_error(arguments, data, says):
    failed = run(*arguments, data=data)
    assert (failed.returncode, failed.stdout) == (1, b"")
    assert failed.stderr.decode().startswith("error: ")
    assert says in failed.stderr.decode()
    assert "Traceback" not in failed.stderr.decode()


def test_wrong_usage_is_exit_code_2():
    assert run("encode", "--no-such-option").returncode == 2
    assert run().returncode == 2


@pytest.mark.parametrize("command", ["encode", "decode", "inspect", "evaluate", "push"])
def test_help_has_an_example(command):
    assert f"python -m tokenizer {command}" in run(command, "--help").stdout.decode()


def test_inspect_marks_every_token():
    shown = run("inspect", *GPT2, data="हि".encode()).stdout.decode()
    assert shown.splitlines()[0] == "‹E0 A4›|‹B9›|‹E0 A4›|‹BF›"
    assert "gpt2: 4 tokens, 0.50 characters/token, 1.50 bytes/token" in shown


def test_inspect_obeys_no_control_character():
    assert "\x1b" not in run("inspect", *GPT2, data=b"a\x1b[31mb").stdout.decode()


def test_evaluate_as_json_and_as_a_table(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("हिन्दी में\nದ್ವಿ\n", encoding="utf-8")
    figures = json.loads(run("evaluate", path, *GPT2, "--against", "o200k_base", "--json").stdout)
    assert figures["gpt2"]["lines"] == 2
    assert figures["gpt2"]["tokens"] > figures["o200k_base"]["tokens"]
    table = run("evaluate", path, *GPT2).stdout.decode()
    assert str(figures["gpt2"]["tokens"]) in table


def test_a_reader_that_stops_early_is_no_error():
    line = f"{sys.executable} -m tokenizer encode --tokenizer gpt2 README.md | head -c 5"
    done = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, timeout=60)
    assert done.stderr == b""


def test_train_from_own_text_then_use_and_export_it(tmp_path):
    text = tmp_path / "a.txt"
    text.write_text(
        "\n".join(f"हिन्दी भाषा के लिए {'कखगघ'[i % 4]}{'चछजझ'[i % 3]}" for i in range(50)), encoding="utf-8"
    )
    folder = tmp_path / "mine"
    trained = run(
        "train", "--script", "Devanagari", "--corpus", text, "--output", folder, "--vocab-size", "290"
    )
    assert trained.returncode == 0, trained.stderr
    ids = run("encode", "--tokenizer", folder, data="हिन्दी".encode()).stdout
    assert run("decode", "--tokenizer", folder, data=ids).stdout == "हिन्दी".encode()
    assert run("export", tmp_path / "out", "--tokenizer", folder).returncode == 0
    assert (tmp_path / "out/tokenizer.json").read_bytes() == (folder / "tokenizer.json").read_bytes()


@pytest.mark.parametrize(("size", "says"), [("100", "too small"), ("4999", "fills only")])
def test_a_vocabulary_that_cannot_be_had(tmp_path, size, says):
    (tmp_path / "a.txt").write_text("हिन्दी भाषा\nहिन्दी में\n", encoding="utf-8")
    failed = run(
        "train", "--script", "Devanagari", "--corpus", tmp_path / "a.txt", "--output", tmp_path / "x", "--vocab-size", size,
    )  # fmt: skip
    assert failed.returncode == 1
    assert says in failed.stderr.decode()
    assert not (tmp_path / "x").exists()

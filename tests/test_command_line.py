"""The commands as a shell runs them."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*arguments: str | Path, data: bytes = b"", **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(*arguments),
        input=data,
        capture_output=True,
        cwd=ROOT,
        env=os.environ | variables,
        timeout=120,
    )


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "tokenizer", *map(str, arguments)]


def on_a_terminal(*arguments: str | Path) -> str:
    """What a command prints when its output is a terminal."""
    mine, its = pty.openpty()
    with subprocess.Popen(command(*arguments), cwd=ROOT, stdout=its, stderr=its, stdin=subprocess.DEVNULL,
                          env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "80"}):  # fmt: skip
        os.close(its)
        printed = b""
        while True:
            try:
                printed += os.read(mine, 65536)
            except OSError:  # how Linux says that the other end is closed
                os.close(mine)
                return printed.decode()


GPT2 = ("--tokenizer", "gpt2")


@pytest.mark.parametrize(
    "text", ["हिन्दी में\r\n\n ಕನ್ನಡ\t", "", "no line end", "<|endoftext|>\x00", "\ufeffक\r", "\n"]
)
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
        (("encode", *GPT2, "none.txt"), b"", "none.txt: No such file"),
        (("encode", *GPT2, "tests"), b"", "tests: Is a directory"),
        (("evaluate", "--against", "none"), "क".encode(), "There is no artifact 'none'"),
        (("evaluate",), b"\n", "there is no text in it"),
        (("evaluate", *GPT2, "none.txt"), b"", "There is no file none.txt"),
        (("push", "none", "--repo", "owner/name"), b"", "There is no artifact none"),
        (("push", "hindi", "--space", "owner/name", "--dry-run"), b"", "leave the artifact's name out"),
        (("push", "--space", "http://x/y"), b"", "write owner/name"),
    ],
)
def test_what_goes_wrong_is_one_line_on_standard_error(arguments, data, says):
    failed = run(*arguments, data=data)
    assert (failed.returncode, failed.stdout) == (1, b"")
    assert failed.stderr.decode().startswith("error: ")
    assert says in failed.stderr.decode()
    assert "Traceback" not in failed.stderr.decode()


@pytest.mark.parametrize("arguments", [(), ("encode", "--no-such-option"), ("evaluate", "--limit", "0")])
def test_wrong_usage_is_exit_code_2(arguments):
    wrong = run(*arguments)
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert wrong.stderr.startswith(b"usage: ")


@pytest.mark.parametrize("name", ["train", "export", "encode", "decode", "inspect", "evaluate", "push"])
def test_help_has_an_example(name):
    assert f"python -m tokenizer {name}" in run(name, "--help").stdout.decode().split("example:")[1]


@pytest.mark.parametrize("variables", [
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"},
])  # fmt: skip
def test_a_locale_that_knows_no_indic_script_is_no_obstacle(variables):
    for arguments in (("inspect",), ("evaluate",), ("--help",)):
        done = run(*arguments, data="हिन्दी\n".encode(), **variables)
        assert done.returncode == 0, done.stderr
        assert done.stdout == run(*arguments, data="हिन्दी\n".encode()).stdout
    assert "'हिन्दी'".encode() in run("encode", "--tokenizer", "हिन्दी", PYTHONIOENCODING="ascii").stderr


def test_inspect_keeps_aksharas_whole_and_shows_every_token():
    lines = run("inspect", *GPT2, data="हि है".encode()).stdout.decode().splitlines()
    assert lines[0] == "हि(4)| |है(4)"
    assert lines[1].startswith("‹E0 A4›|‹B9›|‹E0 A4›|‹BF›|‹20 E0 A4›")
    assert len(lines[2].split()) == 8
    assert lines[3] == "gpt2: 8 tokens, 0.62 characters/token, 1.62 bytes/token"
    assert run("inspect", data="हिन्दी\n".encode()).stdout.decode().splitlines()[::2] == [
        "हिन्दी", "hindi: 1 token, 6.00 characters/token, 18.00 bytes/token",
    ]  # fmt: skip


def test_inspect_as_json():
    shown = json.loads(run("inspect", *GPT2, "--json", data="aह".encode()).stdout)
    assert shown[0] == {"id": 64, "text": "a", "bytes": "61"}
    assert [one["text"] for one in shown[1:]] == [None, None]
    assert bytes.fromhex("".join(one["bytes"] for one in shown)).decode() == "aह"


def test_inspect_is_coloured_in_a_terminal_and_plain_in_a_pipe(tmp_path):
    (tmp_path / "a.txt").write_text("हिन्दी में\n", encoding="utf-8")
    shown = on_a_terminal("inspect", tmp_path / "a.txt")
    assert "\x1b[30;103mहिन्दी\x1b[0m|\x1b[30;106m में\x1b[0m" in shown
    assert b"\x1b" not in run("inspect", tmp_path / "a.txt").stdout


def test_inspect_obeys_no_control_character():
    shown = run("inspect", *GPT2, data="a\x1b[31mb\u202e".encode()).stdout.decode()
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_evaluate_as_json_and_as_a_table(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("हिन्दी में\nದ್ವಿ\n", encoding="utf-8")
    figures = json.loads(run("evaluate", path, *GPT2, "--against", "o200k_base", "--json").stdout)
    assert figures["gpt2"]["lines"] == 2
    assert figures["gpt2"]["tokens"] > figures["o200k_base"]["tokens"]
    table = run("evaluate", path, *GPT2).stdout.decode()
    assert str(figures["gpt2"]["tokens"]) in table
    piped = run("evaluate", *GPT2, "--json", data=path.read_bytes())
    assert json.loads(piped.stdout)["gpt2"] == figures["gpt2"]
    assert piped.stderr == b""


def test_a_table_is_never_cut(tmp_path):
    (tmp_path / "a.txt").write_text("हिन्दी में टोकन\n" * 30_000, encoding="utf-8")
    arguments = ("evaluate", tmp_path / "a.txt", "--against", "o200k_base", "cl100k_base")
    for table in (on_a_terminal(*arguments), run(*arguments).stdout.decode()):
        assert "…" not in table
        assert "cl100k_base" in table
        assert "120,000" in table


@pytest.mark.parametrize("name", ["encode", "inspect"])
def test_a_reader_that_stops_early_is_no_error(name):
    line = f"{sys.executable} -m tokenizer {name} --tokenizer gpt2 README.md CONTRIBUTING.md | head -c 5"
    done = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, timeout=60)
    assert done.stderr == b""


def test_an_interrupt_ends_quietly():
    with subprocess.Popen(command("encode"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as waiting:  # fmt: skip
        assert waiting.stdin
        waiting.stdin.write(b"x" * 1_000_000)  # more than a pipe holds: when this returns, it is reading
        time.sleep(0.5)
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(30) == 130
        assert (waiting.stdout.read(), waiting.stderr.read()) == (b"", b"")


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

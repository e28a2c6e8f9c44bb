"""A damaged artifact is refused with the reason; a killed save leaves the old artifact or the new one."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server import ROOT, running
from tokenizer import Encoding, load
from tokenizer.files import LARGEST, ArtifactError, save

ENDINGS = {"first": [b"ab", b"abc"], "second": [b"xy", b"xyz", b"wxyz"]}


def tiny(kind: str = "first") -> Encoding:
    tokens = [*(bytes([byte]) for byte in range(256)), *ENDINGS[kind]]
    ranks = {token: rank for rank, token in enumerate(tokens)}
    return Encoding(kind, pat_str=r"\S+|\s+", mergeable_ranks=ranks, special_tokens={"<|end|>": len(ranks)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path / "tiny", tiny(), {"version": "1"})
    return tmp_path / "tiny"


def ranks_changed(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    """Change the lines of the rank file, with its hash made right: as somebody would who means it."""

    def damage(folder: Path) -> None:
        path = folder / "ranks.tiktoken"
        path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
        meta_changed(ranks_sha256=hashlib.sha256(path.read_bytes()).hexdigest())(folder)

    return damage


def meta_changed(**values: object) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        path = folder / "meta.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | values))

    return damage


def bit_flipped(folder: Path) -> None:
    data = bytearray((folder / "ranks.tiktoken").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "ranks.tiktoken").write_bytes(data)


DAMAGES = {
    "truncated": (lambda f: os.truncate(f / "ranks.tiktoken", 1000), "ranks.tiktoken is damaged .its sha256"),
    "a flipped bit": (bit_flipped, "ranks.tiktoken is damaged .its sha256"),
    "no ranks": (lambda f: (f / "ranks.tiktoken").unlink(), "ranks.tiktoken is missing"),
    "no meta": (lambda f: (f / "meta.json").unlink(), "it has no meta.json"),
    "meta is half": (lambda f: os.truncate(f / "meta.json", 40), "meta.json is damaged"),
    "meta is a list": (lambda f: (f / "meta.json").write_text("[]"), "meta.json is damaged"),
    "another hash": (meta_changed(ranks_sha256="0" * 64), "ranks.tiktoken is damaged .its sha256"),
    "another version": (meta_changed(version="9"), "version '9'"),
    "another size": (meta_changed(n_vocab=4999), "says 4999 entries, there are 259"),
    "no pattern": (meta_changed(pat_str=None), "is damaged"),
    "a broken pattern": (meta_changed(pat_str="("), "is damaged"),
    "no special tokens": (meta_changed(special_tokens=3), "is damaged"),
    "a special token's id taken": (meta_changed(special_tokens={"<|end|>": 5}), "share an id"),
    "reordered": (ranks_changed(lambda lines: lines[::-1]), "not 0, 1, 2"),
    "an entry twice": (ranks_changed(lambda lines: [*lines[:-1], lines[-2].split()[0] + b" 257\n"]), "twice"),
    "a byte missing": (ranks_changed(lambda lines: lines[1:]), "single byte"),
    "no base64": (ranks_changed(lambda lines: [b"!!! 0\n", *lines[1:]]), "is damaged"),
    "a rank that is none": (ranks_changed(lambda lines: [lines[0].split()[0] + b" one\n", *lines[1:]]), "is damaged"),
    "an entry out of reach": (ranks_changed(lambda lines: [*lines[:-1], b"cXJz 257\n"]), "entry 257 does not encode to itself"),
    "oversized": (lambda f: os.truncate(f / "ranks.tiktoken", LARGEST + 1), "is larger than"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_artifact_is_refused_with_the_reason(folder: Path, name: str) -> None:
    damage, says = DAMAGES[name]
    assert load(folder).name == "first"
    damage(folder)
    with pytest.raises(ArtifactError, match=says) as caught:
        load(folder)
    assert str(folder) in str(caught.value)


SAVER = """
import sys
from tests.test_files import tiny
from tokenizer.files import save
print("ready", flush=True)
while True:
    for kind in ("first", "second"):
        save(sys.argv[1], tiny(kind), {"version": "1", "kind": kind})
"""


def test_a_killed_save_leaves_the_old_artifact_or_the_new_one(folder: Path) -> None:
    chance = random.Random(2)
    seen = set()
    for _ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", SAVER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE
        ) as saver:
            assert saver.stdout
            saver.stdout.readline()
            time.sleep(chance.random() * 0.08)
            saver.send_signal(signal.SIGKILL)
        made = load(folder)
        expected = tiny(made.name)
        seen.add(made.name)
        assert made.mergeable_ranks == expected.mergeable_ranks
        compiled = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        assert len(compiled["model"]["vocab"]) == len(expected.mergeable_ranks)
        golden = json.loads((folder / "golden.json").read_text(encoding="utf-8"))
        assert [one["ids"] for one in golden] == [expected.encode_ordinary(one["text"]) for one in golden]
    assert seen <= {"first", "second"}


def test_an_interrupted_move_is_finished_by_the_next_load(folder: Path, tmp_path: Path) -> None:
    save(tmp_path / "other", tiny("second"), {"version": "1"})
    os.rename(tmp_path / "other", folder / ".new")
    (folder / ".new" / "ranks.tiktoken").replace(folder / "ranks.tiktoken")
    assert load(folder).mergeable_ranks == tiny("second").mergeable_ranks
    assert not (folder / ".new").exists()


def test_the_page_starts_in_another_folder_without_a_home(tmp_path: Path) -> None:
    with (
        running(cwd=tmp_path, HOME="/nonexistent", HF_HUB_OFFLINE="1", PYTHONPATH="") as url,
        urllib.request.urlopen(url) as answer,
    ):
        assert "Hindi and Kannada" in answer.read().decode()


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "meta.json").rename(tmp_path / "elsewhere.json")
    (folder / "meta.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(ArtifactError, match=r"meta\.json is a link out of the folder"):
        load(folder)

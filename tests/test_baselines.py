"""The comparison tokenizers are tiktoken's own, whole, and need no network."""

import importlib
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
import tiktoken

from tokenizer import baselines
from tokenizer.baselines import BASELINES, FOLDER, BaselineError, baseline

TEXTS = [
    "हिन्दी क्षत्रिय भारत", "ಕನ್ನಡ ಸ್ತ್ರೀ", "It's 1234567 ok", "a\r\n\n  b\t", "👩‍👩‍👧 क्‍ष ರ‍್ಯ", "<|endoftext|>", "",
]  # fmt: skip


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def own_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(baselines, "FOLDER", tmp_path)
    monkeypatch.setattr(baselines, "_loaded", {})
    return tmp_path


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("name", BASELINES)
def test_equal_to_tiktokens_own(name, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(FOLDER))
    theirs, ours = tiktoken.get_encoding(name), baseline(name)
    assert ours.n_vocab == theirs.n_vocab
    assert ours.special_tokens_set == theirs.special_tokens_set
    assert [ours.encode_ordinary(t) for t in TEXTS] == [theirs.encode_ordinary(t) for t in TEXTS]


@pytest.mark.usefixtures("no_network")
def test_a_missing_folder_is_said_in_plain_words(own_folder):
    with pytest.raises(BaselineError, match=r"o200k_base cannot be shown.*missing.*rebuild\.py"):
        baseline("o200k_base")


@pytest.mark.usefixtures("no_network")
def test_a_damaged_file_is_said_and_left_alone(own_folder):
    damaged = own_folder / baselines._SOURCES["gpt2"].path.name
    shutil.copy(FOLDER / damaged.name, damaged)
    damaged.write_bytes(damaged.read_bytes()[:-10])
    with pytest.raises(BaselineError, match="damaged"):
        baseline("gpt2")
    assert damaged.exists()


def test_an_unknown_name_lists_the_known():
    with pytest.raises(BaselineError, match="gpt2, cl100k_base, o200k_base"):
        baseline("gpt5")


def test_threads_share_one(monkeypatch):
    monkeypatch.setattr(baselines, "_loaded", {})
    with ThreadPoolExecutor(8) as pool:
        assert len({id(e) for e in pool.map(baseline, ["gpt2"] * 16)}) == 1


def test_the_folder_can_be_rebuilt(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(FOLDER))
    rebuild = importlib.import_module("rebuild")
    listed = {rebuild.cache_name(url) for url in rebuild.SHA256}
    assert listed == {path.name for path in FOLDER.iterdir() if path.is_file() and not path.suffix}
    ranks = (FOLDER / rebuild.cache_name(rebuild.R50K)).read_bytes()
    rebuild.write_all({rebuild.R50K: ranks, **rebuild.gpt2_files(ranks)}, tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    with pytest.raises(SystemExit, match="sha256"):
        rebuild.write_all({rebuild.R50K: ranks[:-1]}, tmp_path)

"""To and from the Hub with the real client, against a local server that speaks the routes it asks.

The client reads its address and cache folder when it is imported, so each call runs in a process of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fake_hub import TOKEN, fake_hub
from tokenizer import hub

ROOT = Path(__file__).resolve().parent.parent

META = {
    "name": "tiny", "languages": ["hindi"], "n_vocab": 257, "figures": {"flores200_devtest": {"hindi": 3.5}},
    "corpus": [{"source": "wiki", "licence": "CC BY-SA 4.0", "weight": 2.0, "sha256": "ab" * 32}],
}  # fmt: skip
FILES = {
    "ranks.tiktoken": b"AA== 0\n" * 3000,
    "meta.json": json.dumps(META).encode(),
    "golden.json": b"[]",
    "tokenizer.json": b"{}",
    "tokenizer_config.json": b"{}",
}


@pytest.fixture
def server():
    with fake_hub() as running:
        yield running


@pytest.fixture
def client(tmp_path, server):
    """Run Python with the library and the Hub's client; its exit code and both outputs."""

    def run(code: str, *, token: str | None = TOKEN, endpoint: str | None = None, **env: str):
        full = os.environ | {
            "HF_ENDPOINT": endpoint or server.url, "HF_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT),
            "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        } | env  # fmt: skip
        full.pop("HF_TOKEN", None)
        if token:
            full["HF_TOKEN"] = token
        return subprocess.run(
            [sys.executable, "-c", f"from tokenizer import hub; from pathlib import Path\n{code}"],
            env=full, cwd=tmp_path, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    return run


@pytest.fixture
def artifact(tmp_path):
    folder = tmp_path / "tiny"
    folder.mkdir()
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    (folder / "secret.txt").write_text("not for the Hub")
    return folder


FETCH = "folder = hub.fetch('owner/tiny'); print(sorted(p.name for p in folder.iterdir()))"
PUSH = "print(hub.push_artifact(Path('tiny'), 'owner/tiny', 'a card'))"


def test_push_creates_and_sends_the_artifact_and_its_card_alone(client, server, artifact):
    done = client(PUSH)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"{server.url}/owner/tiny"
    assert server.repos["models", "owner/tiny"] == FILES | {"README.md": b"a card"}
    assert client(PUSH).returncode == 0  # a second time changes nothing


def test_fetch_gives_a_folder_and_then_the_cache_serves(client, server):
    server.repos["models", "owner/tiny"] = FILES | {"huge.bin": b"x" * 10}
    first = client(FETCH, token=None)
    assert first.stdout.strip() == str(sorted(FILES)), first.stderr
    assert server.authorisations == {""}
    before = len(server.requests)
    offline = client(FETCH, HF_HUB_OFFLINE="1")
    assert offline.stdout == first.stdout, offline.stderr
    assert len(server.requests) == before
    gone = client(FETCH, endpoint="http://127.0.0.1:9")
    assert gone.stdout == first.stdout, gone.stderr


def test_a_broken_download_is_finished(client, server):
    server.repos["models", "owner/tiny"] = FILES
    server.cut_once = {"ranks.tiktoken"}
    done = client(FETCH + "; print(len((folder / 'ranks.tiktoken').read_bytes()))")
    if done.returncode:  # the client gave up: a second call must finish what the first began
        assert "HubError" in done.stderr
        done = client(FETCH + "; print(len((folder / 'ranks.tiktoken').read_bytes()))")
    assert done.stdout.splitlines()[-1] == str(len(FILES["ranks.tiktoken"])), done.stderr
    assert not server.cut_once


@pytest.mark.parametrize(
    ("code", "how", "says"),
    [
        (FETCH, {}, "The Hub has no repository owner/tiny"),
        (FETCH, {"HF_HUB_OFFLINE": "1"}, "is not in the cache"),
        (FETCH, {"endpoint": "http://127.0.0.1:9"}, "cannot be reached"),
        (PUSH, {"token": "hf_wrong"}, "The Hub refuses the token"),
        (PUSH, {"token": None}, "The Hub refuses the token"),
        ("hub.fetch('../etc')", {}, "write owner/name"),
    ],
)
def test_what_goes_wrong_is_said_in_plain_words(client, artifact, code, how, says):
    failed = client(f"try:\n    {code}\nexcept hub.HubError as error:\n    print('told:', error)", **how)
    assert failed.stdout.startswith("told: "), failed.stderr
    assert says in failed.stdout
    assert "hf_" not in failed.stdout + failed.stderr


def test_an_unfinished_artifact_is_not_published(artifact):
    (artifact / "golden.json").unlink()
    with pytest.raises(hub.HubError, match=r"golden\.json missing"):
        hub.artifact_files(artifact)


def test_a_repository_without_an_artifact(client, server):
    server.repos["models", "owner/tiny"] = {"README.md": b""}
    assert "is no artifact of this library" in client(FETCH).stderr


def test_the_space_is_exactly_the_files_it_needs(client, server, tmp_path):
    for name in ("app.py", "README.md", "tokenizer/a.py", "space/page.css", "artifacts/hindi/meta.json"):
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text(name)
    kept = {p.relative_to(tmp_path / "project").as_posix() for p in hub.space_files(tmp_path / "project")}
    for name in ("tests/test_a.py", "tokenizer/__pycache__/a.py", ".env", "notes.md"):
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text("not for the Hub")
    server.repos["spaces", "owner/page"] = {"old.py": b"", "app.py": b"old"}
    done = client("print(hub.push_space('owner/page', Path('project')))")
    assert done.returncode == 0, done.stderr
    assert set(server.repos["spaces", "owner/page"]) == kept
    assert server.repos["spaces", "owner/page"]["app.py"] == b"app.py"


def test_the_model_card_has_figures_licences_and_use():
    card = hub.model_card(META, "owner/tiny")
    assert card.startswith("---\nlicense: apache-2.0\nlanguage:\n- hindi\n")
    assert 'from_pretrained("owner/tiny")' in card
    assert "| flores200 devtest, hindi | 3.5 |" in card
    assert "| wiki | CC BY-SA 4.0 | 2 | `abababababab` |" in card


# --- Any tokenizer of the Hub -----------------------------------------------------------------


def byte_level() -> bytes:
    from tokenizers import Tokenizer, models, pre_tokenizers

    letters = {letter: i for i, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    made = Tokenizer(models.BPE(vocab=letters | {"Ġa": 256, "<|end|>": 257}, merges=[("Ġ", "a")]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.add_special_tokens(["<|end|>"])
    return made.to_str().encode()


FOREIGN = "enc = hub.foreign('owner/any'); ids = enc.encode_ordinary(TEXT)\n"
JOIN = "print(b''.join(map(enc.decode_single_token_bytes, ids)).decode() == TEXT, len(ids), enc.n_vocab)"


def test_another_tokenizer_of_the_hub(client, server):
    server.repos["models", "owner/any"] = {"tokenizer.json": byte_level(), "tokenization.py": b"1/0"}
    done = client("TEXT = 'क a<|end|>'\n" + FOREIGN + JOIN)
    assert done.stdout.split() == ["True", "11", "258"], done.stderr
    assert server.authorisations == {""}  # the server's own token stays at home


@pytest.mark.parametrize(
    ("data", "limits", "says"),
    [
        (b"{}", "", "cannot be read"),
        (b"\xff", "", "not UTF-8"),
        (b" " * 5000, ", max_bytes=4000", "too large"),
        (b" " * 5000, ", max_seconds=-1", "did not arrive in time"),
        (None, "", "has no tokenizer.json"),
    ],
)
def test_another_tokenizer_that_cannot_be_shown(client, server, data, limits, says):
    server.repos["models", "owner/any"] = {} if data is None else {"tokenizer.json": data}
    failed = client(
        f"try:\n    hub.foreign('owner/any'{limits})\nexcept hub.HubError as error:\n    print(error)"
    )
    assert says in failed.stdout, failed.stderr


@pytest.mark.parametrize(
    "name",
    [
        "http://127.0.0.1/x",
        "127.0.0.1:80/x",
        "/etc/passwd",
        "../a/b",
        "a",
        "a/b/c",
        "owner/..",
        "a/b?c",
        "",
        "~/x",
        "a/b\n",
    ],
)
def test_addresses_and_paths_are_refused_before_any_request(name):
    with pytest.raises(hub.HubError, match="write owner/name"):
        hub.foreign(name)


def test_data_sets_stream_from_the_hub(client, server, tmp_path):
    import pyarrow
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.table({"text": ["ಕನ್ನಡ", "ಭಾಷೆ", "ಕನ್ನಡ"]}), tmp_path / "a.parquet")
    card = b"---\nconfigs:\n- config_name: kn\n  data_files: kn/*.parquet\n---\n"
    server.repos["datasets", "owner/wiki"] = {
        "README.md": card, "kn/a.parquet": (tmp_path / "a.parquet").read_bytes(),
    }  # fmt: skip
    code = "from tokenizer.corpus import documents\nprint(*documents(['owner/wiki:kn']))"
    done = client(code, token=None)
    assert done.stdout.split() == ["ಕನ್ನಡ", "ಭಾಷೆ"], done.stderr
    missing = client("from tokenizer.corpus import documents\nprint(*documents(['owner/none']))", token=None)
    assert "CorpusError" in missing.stderr
    assert "cannot be read" in missing.stderr.splitlines()[-1]

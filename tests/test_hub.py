"""To and from the Hub with the real client, against a local server that speaks the routes it asks.

The client reads its address and cache folder when it is imported, so each call runs in a process of its own.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import yaml
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from space.choose import available
from tests.fake_hub import TOKEN, fake_hub
from tests.server import running
from tokenizer import baseline, hub, load
from tokenizer.baselines import BASELINES
from tokenizer.files import ARTIFACTS

ROOT = Path(__file__).resolve().parent.parent

META = {
    "name": "tiny", "languages": ["hindi", "kannada"], "n_vocab": 257, "special_tokens": {"<|end|>": 256},
    "figures": {"flores200_devtest": {"hindi": {"tokens": 36378, "characters_per_token": 3.6033, "failed_lines": 0}}},
    "corpus": [{"source": "wiki|media", "licence": "CC BY-SA 4.0", "weight": 2.0, "sha256": "ab" * 32}],
    "strata": {"bytes": 256},
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
CARD = "---\nlicense: apache-2.0\n---\na card"
PUSH = f"print(hub.push_artifact(Path('tiny'), 'owner/tiny', {CARD!r}))"


def test_push_creates_and_sends_the_artifact_and_its_card_alone(client, server, artifact):
    done = client(PUSH)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"{server.url}/owner/tiny"
    assert server.repos["models", "owner/tiny"] == FILES | {"README.md": CARD.encode()}
    assert [path for _, path in server.requests if "/commit/" in path] == [
        "/api/models/owner/tiny/commit/main"
    ]
    assert client(PUSH).returncode == 0  # a second time changes nothing
    assert f"Bearer {TOKEN}" in server.authorisations
    assert TOKEN not in done.stdout + done.stderr
    kept = [path for path in artifact.parent.rglob("*") if path.is_file()]
    assert not [path for path in kept if TOKEN.encode() in path.read_bytes()]


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


def test_a_local_folder_wins_over_the_hub(client, server, tmp_path):
    server.repos["models", "owner/tiny"] = {
        path.name: path.read_bytes() for path in (ARTIFACTS / "kannada").iterdir()
    }
    code = "from tokenizer import load\nprint(load('owner/tiny').name)"
    assert client(code).stdout == "kannada\n"
    shutil.copytree(ARTIFACTS / "hindi", tmp_path / "owner/tiny")
    before = len(server.requests)
    assert client(code).stdout == "hindi\n"
    assert len(server.requests) == before


def test_a_revision_is_asked_for(client, server):
    server.repos["models", "owner/tiny"] = FILES
    sha = server.commit_of(("models", "owner/tiny"))
    code = "hub.fetch('owner/tiny', revision={!r})"
    assert client(code.format(sha)).returncode == 0
    assert f"/owner/tiny/resolve/{sha}/meta.json" in [path for _, path in server.requests]
    assert "has no repository owner/tiny of that revision" in client(code.format("v9")).stderr


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
        (PUSH, {"endpoint": "http://127.0.0.1:9"}, "cannot be reached"),
        (PUSH, {"HF_HUB_OFFLINE": "1"}, "cannot be reached for owner/tiny: HF_HUB_OFFLINE is set"),
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


def test_an_unfinished_download_without_a_network(client, server, tmp_path):
    server.repos["models", "owner/tiny"] = FILES
    assert client(FETCH).returncode == 0
    (kept,) = (tmp_path / "home").rglob("ranks.tiktoken")
    kept.unlink()
    told = client(FETCH, HF_HUB_OFFLINE="1").stderr
    assert "connect, then load it once" in told
    assert client(FETCH).returncode == 0  # with a network it is finished


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


def test_the_command_publishes(client, server, artifact):
    push = "from tokenizer.__main__ import main\nraise SystemExit(main(['push', 'tiny', '--repo', 'owner/tiny']))"
    done = client(push)
    assert (done.returncode, done.stdout) == (0, f"{server.url}/owner/tiny\n"), done.stderr
    assert set(server.repos["models", "owner/tiny"]) == {*FILES, "README.md"}
    refused = client(push, token="hf_wrong")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.splitlines()[-1].startswith("error: The Hub refuses the token for owner/tiny")
    assert "Traceback" not in refused.stderr


def test_a_refusal_says_what_the_hub_says(client, server, artifact):
    server.refuses = (402, "Gradio Spaces require a paid plan.")
    refused = client(f"try:\n    {PUSH}\nexcept hub.HubError as error:\n    print(error)")
    assert refused.stdout == "The Hub refuses owner/tiny (402): Gradio Spaces require a paid plan.\n", (
        refused.stderr
    )


def test_nothing_hidden_and_no_artifact_of_ones_own_is_published(tmp_path):
    for name in ("app.py", "space/page.py", "space/.env", "artifacts/hindi/meta.json",
                 "artifacts/hindi/.new/meta.json", "artifacts/mine/meta.json", "space/__pycache__/a.py"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert [path.relative_to(tmp_path).as_posix() for path in hub.space_files(tmp_path)] == [
        "app.py", "artifacts/hindi/meta.json", "space/page.py",
    ]  # fmt: skip


def test_the_published_files_alone_are_a_space_that_starts(tmp_path):
    published = [path.relative_to(ROOT) for path in hub.space_files()]
    for path in published:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    for name in available():
        assert Path("artifacts", name, "ranks.tiktoken") in published
    with running(cwd=tmp_path, app=tmp_path / "app.py", PYTHONPATH="", HF_HUB_OFFLINE="1") as url:
        with urllib.request.urlopen(url) as page:
            assert page.status == 200
        for name in (*available(), *BASELINES):
            ids = (
                load(name).encode_ordinary("ಕನ್ನಡ")
                if name in available()
                else baseline(name).encode_ordinary("ಕನ್ನಡ")
            )
            asked = urllib.request.Request(
                f"{url}gradio_api/run/decode", json.dumps({"data": [ids, name]}).encode(),
                {"Content-Type": "application/json"},
            )  # fmt: skip
            with urllib.request.urlopen(asked) as answer:
                assert json.load(answer)["data"][0]["text"] == "ಕನ್ನಡ"


def test_the_model_card_has_figures_licences_and_use():
    card = hub.model_card(META, "owner/tiny")
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["language"] == ["hi", "kn"]  # the Hub takes codes, no names
    assert front["license"] == "apache-2.0"
    assert 'from_pretrained("owner/tiny")' in card
    assert "| flores200_devtest | hindi | 36,378 | 3.603 |" in card
    assert "| wiki\\|media | CC BY-SA 4.0 | 2 | `abababababab` |" in card
    assert "256 bytes" in card
    assert "`<|end|>` in a text" in card


def test_the_card_of_an_artifact_that_says_little():
    card = hub.model_card({"name": "mine", "languages": [], "n_vocab": 300, "corpus": []}, "owner/mine")
    assert "language" not in yaml.safe_load(card.split("---\n")[1])
    assert "None were measured." in card


@pytest.mark.parametrize("name", ["hindi", "kannada", "hindi-kannada"])
def test_what_is_shipped_can_be_published_and_used_as_its_card_says(client, server, name, tmp_path):
    push = f"import json\nfolder = Path({str(ARTIFACTS / name)!r})\nmeta = json.loads((folder / 'meta.json').read_text())\n"
    done = client(push + "print(hub.push_artifact(folder, 'owner/tiny', hub.model_card(meta, 'owner/tiny')))")
    assert done.returncode == 0, done.stderr
    card = server.repos["models", "owner/tiny"]["README.md"].decode()
    first, second = re.findall(r"```python\n(.*?)```", card, re.S)
    text = "हिन्दी ಕನ್ನಡ"
    used = client(
        f"{first.replace('…', text).replace('AutoTokenizer.from', 'print(AutoTokenizer.from')})\n"
        f"{second}\nprint(enc.encode_ordinary({text!r}))\n"
        f"from tokenizer import load\nprint(load('owner/tiny').encode_ordinary({text!r}))\n"
        f"from tokenizers import Tokenizer\nprint(Tokenizer.from_pretrained('owner/tiny').encode({text!r}).ids)",
        token=None, TIKTOKEN_CACHE_DIR=str(tmp_path),
    )  # fmt: skip
    assert used.stdout.splitlines() == [str(load(name).encode_ordinary(text))] * 4, used.stderr


# --- Any tokenizer of the Hub -----------------------------------------------------------------


def byte_level() -> bytes:
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
        (b"[" * 100_000, "", "cannot be read"),
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
    "begins", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"]
)
def test_a_server_that_drips_is_left(client, server, begins):
    server.repos["models", "owner/any"] = {"tokenizer.json": byte_level()}
    server.drips["tokenizer.json"] = begins
    left = client(
        "import time\nbegun = time.monotonic()\n"
        "try:\n    hub.foreign('owner/any', max_seconds=1)\n"
        "except hub.HubError as error:\n    print(time.monotonic() - begun < 3, error)"
    )
    assert left.stdout.startswith("True The tokenizer.json of owner/any did not arrive in time"), left.stderr


def bpe(**parts: object) -> str:
    made = Tokenizer(models.BPE(vocab={"a": 0, "b": 1}, merges=[]))
    for name, part in parts.items():
        setattr(made, name, part)
    return str(made.to_str())


# Rules that take years, or the machine's memory, for a short text.
HOSTILE = {
    "a regex that backtracks": bpe(pre_tokenizer=pre_tokenizers.Split(Regex(r"(a|aa)+$"), "isolated")),
    "a letter that becomes 10 to the 18th": bpe(
        normalizer=normalizers.Sequence([normalizers.Replace("a", "a" * 1000)] * 6)
    ),
    "more tokens than are taken": bpe(normalizer=normalizers.Replace("a", "a" * 300)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_tokenizer_costs_a_few_seconds_and_nothing_else(name):
    other = hub.HubTokenizer("owner/any", HOSTILE[name], max_seconds=5)
    assert other.encode_ordinary("b") == [1]
    begun = time.monotonic()
    with pytest.raises(hub.HubError, match=r"breaks down|cannot be read|too slow"):
        other.encode_ordinary("a" * 1000 + "b")
    assert time.monotonic() - begun < 10
    assert other.encode_ordinary("b") == [1]


def test_a_slow_tokenizer_is_stopped():
    with pytest.raises(hub.HubError, match="too slow"):
        hub.HubTokenizer("owner/any", bpe(), max_seconds=0.001)


def byte_fallback() -> Tokenizer:
    """As Llama 2 has it: a blank before the text, blanks as ▁, unknown letters as bytes."""
    vocab = {"<unk>": 0} | {f"<0x{i:02X}>": i + 1 for i in range(256)} | {"▁": 257, "क": 258, "▁क": 259}
    made = Tokenizer(models.BPE(vocab=vocab, merges=[("▁", "क")], byte_fallback=True, unk_token="<unk>"))
    made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    return made


def unigram() -> Tokenizer:
    made = Tokenizer(models.Unigram([("<unk>", 0.0), ("▁क", -1.0), ("▁", -2.0), ("ख", -2.0)], 0, False))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    return made


def word_piece() -> Tokenizer:
    made = Tokenizer(models.WordPiece({"[UNK]": 0, "क": 1, "##ख": 2}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.enable_truncation(1)
    made.enable_padding(length=50)
    return made


@pytest.mark.parametrize(
    ("made", "text", "tokens"),
    [
        (byte_fallback(), "क खक", ["क".encode(), b" ", *(bytes([b]) for b in "ख".encode()), "क".encode()]),
        (unigram(), "क ख", ["क".encode(), b" ", "ख".encode()]),
        (unigram(), "क ग", [" क".encode(), b" ", b"<unk>"]),
        (word_piece(), "कख ग", ["क".encode(), "##ख".encode(), b"[UNK]"]),  # not cut to 1, not filled to 50
    ],
)
def test_tokenizers_of_other_kinds(made, text, tokens):
    other = hub.HubTokenizer("owner/any", made.to_str())
    assert other.tokens(text, other.encode_ordinary(text)) == tokens


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
    evaluate = "from tokenizer.__main__ import main\nraise SystemExit(main(['evaluate', {!r}, '--tokenizer', 'kannada', '--json']))"
    evaluated = client(evaluate.format("owner/wiki:kn"), token=None)
    assert json.loads(evaluated.stdout)["kannada"]["characters"] == len("ಕನ್ನಡಭಾಷೆಕನ್ನಡ"), evaluated.stderr
    unknown = client(evaluate.format("owner/none"), token=None)
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr.splitlines()[-1].startswith(
        "error: There is no file owner/none, and the Hub's data set"
    )
    missing = client("from tokenizer.corpus import documents\nprint(*documents(['owner/none']))", token=None)
    assert "CorpusError" in missing.stderr
    assert "cannot be read" in missing.stderr.splitlines()[-1]


def test_training_streams_from_the_hub_and_counts_no_shard_twice(client, server, tmp_path):
    import pyarrow
    import pyarrow.parquet

    words = ["ನಮ್ಮ", "ಊರಿನಲ್ಲಿ", "ಶಾಲೆ", "ಇದೆ", "ಮಕ್ಕಳು", "ಶಾಲೆಗೆ", "ಹೋಗುತ್ತಾರೆ", "ಸ್ತ್ರೀಯರು", "ಹೊಲದಲ್ಲಿ", "ಕೆಲಸ", "ಮಾಡುತ್ತಾರೆ"]
    texts = [" ".join(words[(at + i * i) % len(words)] for i in range(6)) for at in range(60)]
    pyarrow.parquet.write_table(
        pyarrow.table({"body": texts}), local := tmp_path / "a.parquet", row_group_size=20
    )
    card = b"---\nconfigs:\n- config_name: kn\n  data_files: kn/*.parquet\n---\n"
    server.repos["datasets", "owner/wiki"] = {"README.md": card, "kn/a.parquet": local.read_bytes()}

    def train(source: str, output: str, *more: str) -> dict[str, bytes]:
        arguments = ["train", "--language", "kannada", "--corpus", source, "--text-column", "body", "--vocab-size", "360",
                     "--seed", "1", "--limit", "50", "--output", str(tmp_path / output / "mine"), *more]  # fmt: skip
        done = client(
            f"from tokenizer.__main__ import main\nraise SystemExit(main({arguments!r}))", token=None
        )
        assert done.returncode == 0, done.stderr
        return {p.name: p.read_bytes() for p in (tmp_path / output / "mine").iterdir()}

    counts = tmp_path / "counts"
    from_hub = train("owner/wiki:kn", "hub", "--counts", str(counts))
    assert from_hub["ranks.tiktoken"] == train(str(local), "local")["ranks.tiktoken"]
    kept = sorted(counts.iterdir())
    assert len(kept) == 3
    written = [path.stat().st_mtime_ns for path in kept]
    assert train("owner/wiki:kn", "again", "--counts", str(counts)) == from_hub
    assert train("owner/wiki:kn@main", "named", "--counts", str(counts)) == from_hub
    [source] = [entry["source"] for entry in json.loads(from_hub["meta.json"])["corpus"]]
    assert source == "owner/wiki:kn@" + server.commit_of(("datasets", "owner/wiki"))
    assert [path.stat().st_mtime_ns for path in sorted(counts.iterdir())] == written
    # Another state of the data set is counted anew.
    pyarrow.parquet.write_table(
        pyarrow.table({"body": [text[:30] for text in texts[:40]]}), local, row_group_size=20
    )
    server.repos["datasets", "owner/wiki"]["kn/a.parquet"] = local.read_bytes()
    changed = train("owner/wiki:kn", "changed", "--counts", str(counts))
    assert changed["ranks.tiktoken"] == train(str(local), "local again")["ranks.tiktoken"]
    assert changed["ranks.tiktoken"] != from_hub["ranks.tiktoken"]
    assert len(list(counts.iterdir())) == 5
    unknown = client(
        "from tokenizer.corpus import documents\nprint(*documents(['owner/wiki:kn@none']))", token=None
    )
    assert "CorpusError: There is no file owner/wiki:kn@none" in unknown.stderr.splitlines()[-1]

"""Artifacts and the Space to and from the Hugging Face Hub, through `huggingface_hub`.

Tokens are the client's business (`hf auth login` or HF_TOKEN): nothing here reads, prints or keeps one.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Timer
from typing import Any, TypeVar

from huggingface_hub import CommitOperationAdd, HfApi, constants, hf_hub_url, snapshot_download
from huggingface_hub.errors import (
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from tokenizer.metrics import HEADINGS

ROOT = Path(__file__).resolve().parent.parent

ARTIFACT_FILES = ("ranks.tiktoken", "meta.json", "golden.json", "tokenizer.json", "tokenizer_config.json")

# What the page needs to run, as patterns under the project's folder; nothing else is published.
SPACE_FILES = (
    "README.md",
    "LICENSE",
    "app.py",
    "requirements.txt",
    "tokenizer/**/*.py",
    "tokenizer/recipes/*.toml",
    "space/**/*",
    "artifacts/hindi/*",
    "artifacts/kannada/*",
    "artifacts/hindi-kannada/*",
    "artifacts/tiktoken/*",
    "benchmarks/results/*.json",
)

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")

Result = TypeVar("Result")


class HubError(ValueError):
    """The Hub cannot give or take something; the message says what, why, and what to do."""


def checked_name(name: str) -> str:
    """A repository name as given; raises `HubError` if it is not `owner/name`.

    Addresses, paths and host names are refused, so that a visitor's input can reach the Hub alone.

    >>> checked_name("owner/name")
    'owner/name'
    """
    if not _NAME.fullmatch(name) or ".." in name or "--" in name:
        raise HubError(f"{name!r} is not the name of a repository on the Hub: write owner/name.")
    return name


def _asked(repo: str, call: Callable[[], Result]) -> Result:
    """The result of a call to the Hub, its errors told in plain words."""
    try:
        return call()
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        if _status(error) == 401 and "Invalid" in str(error):
            raise HubError(f"The Hub refuses the token for {repo}: log in with `hf auth login`.") from None
        raise HubError(
            f"The Hub has no repository {repo} of that revision, or it is private: check the name, or log in."
        ) from None
    except OfflineModeIsEnabled:
        raise HubError(f"The Hub cannot be reached for {repo}: HF_HUB_OFFLINE is set.") from None
    except LocalEntryNotFoundError:
        raise HubError(
            f"{repo} is not in the cache and the Hub cannot be reached: connect, then load it once."
        ) from None
    except HfHubHTTPError as error:
        if _status(error) in (401, 403):
            raise HubError(
                f"The Hub refuses the token for {repo}: log in with `hf auth login`, with write permission."
            ) from None
        if 400 <= (_status(error) or 0) < 500 and error.server_message:
            # As 402: "creating this kind of Space takes a paid plan".
            raise HubError(f"The Hub refuses {repo} ({_status(error)}): {error.server_message}") from None
        raise HubError(
            f"The Hub answered {_status(error) or 'an error'} for {repo}; try again later."
        ) from None
    except OSError as error:
        raise HubError(f"The Hub cannot be reached for {repo} ({type(error).__name__}).") from None
    except Exception as error:  # the client's HTTP library has errors of its own, of no common class
        if type(error).__module__.startswith(("httpx", "httpcore")):
            raise HubError(f"The Hub cannot be reached for {repo} ({type(error).__name__}).") from None
        raise


def _status(error: HfHubHTTPError) -> int | None:
    return getattr(error.response, "status_code", None)


# --- Artifacts ---------------------------------------------------------------------------------


def fetch(repo: str, *, revision: str | None = None) -> Path:
    """The folder of an artifact on the Hub, in the client's cache; downloads what is not there yet.

    Without a network, or with HF_HUB_OFFLINE=1, the cached copy is used. Raises `HubError`.
    """
    checked_name(repo)
    folder = Path(
        _asked(repo, lambda: snapshot_download(repo, revision=revision, allow_patterns=list(ARTIFACT_FILES)))
    )
    missing = [file for file in ARTIFACT_FILES[:2] if not (folder / file).is_file()]
    if missing:
        raise HubError(f"{repo} is no artifact of this library: it has no {' and no '.join(missing)}.")
    return folder


def artifact_files(folder: Path) -> list[Path]:
    """The files of an artifact that would be published; raises `HubError` if one is missing."""
    if not folder.is_dir():
        raise HubError(f"There is no artifact {folder}: give a name of artifacts/, or a folder.")
    files = [folder / name for name in ARTIFACT_FILES]
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise HubError(f"{folder} is not a whole artifact: {', '.join(missing)} missing; train it again.")
    return files


def push_artifact(folder: Path, repo: str, card: str) -> str:
    """Publish an artifact with its model card, creating the repository if need be; its address.

    Card and files go in one commit, so that nobody loads half of one artifact and half of another.
    """
    checked_name(repo)
    files = [CommitOperationAdd(path.name, path) for path in artifact_files(folder)]
    files.append(CommitOperationAdd("README.md", card.encode()))
    api = HfApi()

    def push() -> str:
        url = api.create_repo(repo, exist_ok=True)
        api.create_commit(repo, files, commit_message=f"Artifact {folder.name}")
        return str(url)

    return _asked(repo, push)


# What the Hub calls the languages written in the scripts that can be trained (ISO 639-1).
CODES = {
    "assamese": "as", "bengali": "bn", "gujarati": "gu", "hindi": "hi", "kannada": "kn", "malayalam": "ml",
    "marathi": "mr", "nepali": "ne", "odia": "or", "punjabi": "pa", "sanskrit": "sa", "tamil": "ta", "telugu": "te",
}  # fmt: skip


def model_card(meta: dict[str, Any], repo: str) -> str:
    """The README of a published artifact, from its `meta.json`: figures, corpus and licences, use, limits."""
    known = (CODES.get(language, language) for language in meta["languages"])
    codes = [code for code in known if re.fullmatch("[a-z]{2,3}", code)]
    front = ["license: apache-2.0", "library_name: tokenizers", "tags: [tokenizer, bpe]"]
    if codes:
        front.append(f"language: [{', '.join(codes)}]")
    figures = [
        [name, language, *(_shown(measured.get(key, "")) for key in HEADINGS)]
        for name, by_language in (meta.get("figures") or {}).items()
        for language, measured in by_language.items()
    ]
    corpus = [
        [entry["source"], entry["licence"], _shown(entry.get("weight", 1)), f"`{entry['sha256'][:12]}`"]
        for entry in meta["corpus"]
    ]
    strata = ", ".join(f"{number:,} {name}" for name, number in meta.get("strata", {}).items())
    languages = " and ".join(language.title() for language in meta["languages"]) or "the text above"
    end = next(iter(meta.get("special_tokens", {})), "")
    return f"""---
{chr(10).join(front)}
---
# {meta["name"]}: a byte-level BPE of {meta["n_vocab"]:,} entries

Lossless: every text decodes back byte for byte. Nothing is normalised.
{f"Entries: {strata}, and the special tokens." if strata else ""}

## Use
```python
from transformers import AutoTokenizer

AutoTokenizer.from_pretrained("{repo}")("…")["input_ids"]
```
The same ids from `tokenizers.Tokenizer.from_pretrained("{repo}")`, from `@huggingface/transformers` in Node or a
browser, and from tiktoken:
```python
import json, tiktoken, tiktoken.load
from huggingface_hub import hf_hub_download

meta = json.load(open(hf_hub_download("{repo}", "meta.json"), encoding="utf-8"))
path = hf_hub_download("{repo}", "ranks.tiktoken")
enc = tiktoken.Encoding(
    meta["name"],
    pat_str=meta["pat_str"],
    mergeable_ranks=tiktoken.load.load_tiktoken_bpe(path, meta["ranks_sha256"]),
    special_tokens=meta["special_tokens"],
)
```
`golden.json` holds texts with their ids.

## Figures
Held-out text; raw counts added up over the whole set and divided once. Split rate: share of the boundaries between
tokens that fall inside an orthographic syllable.

{_table(["set", "language", *HEADINGS.values()], figures) if figures else "None were measured."}

## Corpus
{_table(["source", "licence", "weight", "sha256"], corpus)}

## Limits
- Trained for {languages}: other text is lossless too, but costs up to one token a byte.
- `transformers` and `tokenizers` read `{end}` in a text as the special token, unless told
  `split_special_tokens=True` or `encode_special_tokens = True`; tiktoken's `encode_ordinary` never does.
- GGUF is not supported without a patched converter.
"""


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _shown(value: Any) -> str:
    return (
        f"{value:.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
    )


# --- The Space ---------------------------------------------------------------------------------


def space_files(root: Path = ROOT) -> list[Path]:
    """The files the Space is made of, sorted; raises `HubError` if there is no app in the folder."""
    if not (root / "app.py").is_file():
        raise HubError(f"{root} has no app.py: run this in the project's folder.")
    found = {path for pattern in SPACE_FILES for path in root.glob(pattern) if path.is_file()}
    hidden = ("__pycache__", ".")
    return sorted(p for p in found if not any(part.startswith(hidden) for part in p.relative_to(root).parts))


def push_space(repo: str, root: Path = ROOT) -> str:
    """Publish the Space: exactly `space_files`, whatever else was there is deleted; its address."""
    checked_name(repo)
    allowed = [path.relative_to(root).as_posix() for path in space_files(root)]
    api = HfApi()

    def push() -> str:
        url = api.create_repo(repo, repo_type="space", space_sdk="gradio", exist_ok=True)
        api.upload_folder(
            repo_id=repo, repo_type="space", folder_path=root, allow_patterns=allowed, delete_patterns=["*"]
        )
        return str(url)

    return _asked(repo, push)


# --- Any tokenizer of the Hub, for comparison --------------------------------------------------

MAX_BYTES = 40_000_000  # the largest in wide use (262,000 entries) has 33 MB
MAX_SECONDS = 20.0
CONFINED = Path(__file__).with_name("confined.py")


class HubTokenizer:
    """A `tokenizer.json` from the Hub, with the two methods measuring and drawing need.

    Each use runs in a process of its own, bounded in memory and seconds: see `confined`. Raises `HubError`.
    """

    def __init__(self, name: str, data: str, *, max_seconds: float = MAX_SECONDS) -> None:
        """Parse a `tokenizer.json`; nothing in it is executed. Raises `HubError` if it is none."""
        self.name = name
        self._data = data.encode()
        self._seconds = max_seconds
        self._bytes: dict[int, bytes] = {}
        self.n_vocab: int = self._ask("")["n_vocab"]

    def _ask(self, text: str) -> dict[str, Any]:
        """What `confined.read` says of a text."""
        try:
            done = subprocess.run(
                [sys.executable, "-P", CONFINED],
                input=json.dumps(text).encode() + b"\n" + self._data,
                capture_output=True,
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise HubError(
                f"{self.name} takes more than {self._seconds:g} seconds for it: too slow."
            ) from None
        if done.returncode:
            raise HubError(f"{self.name} has a tokenizer.json that breaks down, or asks for too much memory.")
        answer: dict[str, Any] = json.loads(done.stdout)
        if "error" in answer:
            raise HubError(f"{self.name} has a tokenizer.json that cannot be read: {answer['error']}")
        return answer

    def encode_ordinary(self, text: str) -> list[int]:
        """The ids of a text, no special token recognised or added."""
        answer = self._ask(text)
        for id_, piece in answer["pieces"].items():
            self._bytes[int(id_)] = piece_bytes(piece, byte_level=answer["byte_level"])
        ids: list[int] = answer["ids"]
        return ids

    def decode_single_token_bytes(self, token: int) -> bytes:
        """The bytes of a token that `encode_ordinary` gave; raises `KeyError` for any other."""
        return self._bytes[token]

    def tokens(self, text: str, ids: Sequence[int]) -> list[bytes]:
        """The bytes of each token of a text, without the blank that sentencepiece thinks up before the first.

        Joined they are the text, unless the tokenizer changes or drops something.
        """
        found = [self._bytes[id_] for id_ in ids]
        if found and b"".join(found) == b" " + text.encode():
            found[0] = found[0][1:]
        return found


def _letters_to_bytes() -> dict[str, int]:
    own = [byte for byte in range(256) if chr(byte).isprintable() and chr(byte) != " "]
    rest = [byte for byte in range(256) if byte not in own]
    return {chr(byte): byte for byte in own} | {chr(256 + i): byte for i, byte in enumerate(rest)}


_BYTE_OF = _letters_to_bytes()


def piece_bytes(piece: str, *, byte_level: bool) -> bytes:
    """The bytes of a vocabulary entry as `tokenizer.json` writes it: GPT-2's letters for bytes, or sentencepiece.

    >>> piece_bytes("Ġà¤ķ", byte_level=True).decode(), piece_bytes("▁क", byte_level=False).decode()
    (' क', ' क')
    >>> piece_bytes("<0xE0>", byte_level=False)
    b'\\xe0'
    """
    if byte_level and all(letter in _BYTE_OF for letter in piece):
        return bytes(_BYTE_OF[letter] for letter in piece)
    if not byte_level and re.fullmatch(r"<0x[0-9A-F]{2}>", piece):
        return bytes([int(piece[3:5], 16)])
    return piece.replace("▁", " ").encode()


def foreign(name: str, *, max_bytes: int = MAX_BYTES, max_seconds: float = MAX_SECONDS) -> HubTokenizer:
    """The tokenizer of a Hub repository, `owner/name`, from its `tokenizer.json` alone.

    No code of the repository runs, no token of the server's is sent, and what is read is bounded in
    bytes and in seconds. Raises `HubError`.
    """
    checked_name(name)
    data = _asked(name, lambda: _download(name, max_bytes, time.monotonic() + max_seconds))
    try:
        return HubTokenizer(name, data.decode(), max_seconds=max_seconds)
    except UnicodeDecodeError:
        raise HubError(f"{name} has a tokenizer.json that is not UTF-8.") from None


def _download(name: str, max_bytes: int, deadline: float) -> bytes:
    import httpx

    if constants.HF_HUB_OFFLINE:
        raise OfflineModeIsEnabled
    url = hf_hub_url(name, "tokenizer.json", endpoint=constants.ENDPOINT)
    left = max(0.1, deadline - time.monotonic())
    late = HubError(f"The tokenizer.json of {name} did not arrive in time; try again later.")
    # A plain client: huggingface_hub's own would send the token this server is logged in with.
    # Uncompressed, so that what is counted is what arrives.
    plain = {"Accept-Encoding": "identity"}
    with httpx.Client(follow_redirects=True, timeout=left, headers=plain) as client:
        # The client's own limit is for one read; a server that drips would never meet it.
        alarm = Timer(left, client.close)
        alarm.start()
        try:
            with client.stream("GET", url) as response:
                return _bounded(response, name, max_bytes, deadline, late)
        except (httpx.HTTPError, RuntimeError, OSError):
            if time.monotonic() >= deadline:
                raise late from None
            raise
        finally:
            alarm.cancel()


def _bounded(response: Any, name: str, max_bytes: int, deadline: float, late: HubError) -> bytes:
    if response.status_code in (401, 403, 404):
        raise HubError(f"The Hub has no tokenizer.json in {name}, or it is private or gated.")
    if response.status_code != 200:
        raise HubError(f"The Hub answered {response.status_code} for {name}; try again later.")
    data = bytearray()
    for chunk in response.iter_raw():
        data += chunk
        if len(data) > max_bytes:
            raise HubError(
                f"The tokenizer.json of {name} is over {max_bytes / 1e6:g} MB: too large to show here."
            )
        if time.monotonic() > deadline:
            raise late
    return bytes(data)


__all__: Sequence[str] = (
    "ARTIFACT_FILES", "HubError", "HubTokenizer", "artifact_files", "checked_name", "fetch", "foreign",
    "model_card", "piece_bytes", "push_artifact", "push_space", "space_files",
)  # fmt: skip

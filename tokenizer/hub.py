"""Artifacts and the Space to and from the Hugging Face Hub, through `huggingface_hub`.

Tokens are the client's business (`hf auth login` or HF_TOKEN): nothing here reads, prints or keeps one.
"""

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from huggingface_hub import HfApi, constants, hf_hub_url, snapshot_download
from huggingface_hub.errors import (
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

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
    "artifacts/**/*",
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
    except (LocalEntryNotFoundError, OfflineModeIsEnabled):
        raise HubError(
            f"{repo} is not in the cache and the Hub cannot be reached: connect, then load it once."
        ) from None
    except HfHubHTTPError as error:
        if _status(error) in (401, 403):
            raise HubError(
                f"The Hub refuses the token for {repo}: log in with `hf auth login`, with write permission."
            ) from None
        raise HubError(
            f"The Hub answered {_status(error) or 'an error'} for {repo}; try again later."
        ) from None
    except OSError as error:
        raise HubError(f"The Hub cannot be reached for {repo} ({type(error).__name__}).") from None
    except Exception as error:  # the client's HTTP library has errors of its own, of no common class
        if type(error).__module__.split(".")[0] in ("httpx", "httpcore"):
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
    """Publish an artifact with its model card, creating the repository if need be; its address."""
    checked_name(repo)
    artifact_files(folder)
    api = HfApi()

    def push() -> str:
        url = api.create_repo(repo, exist_ok=True)
        api.upload_file(path_or_fileobj=card.encode(), path_in_repo="README.md", repo_id=repo)
        api.upload_folder(repo_id=repo, folder_path=folder, allow_patterns=list(ARTIFACT_FILES))
        return str(url)

    return _asked(repo, push)


def model_card(meta: dict[str, Any], repo: str) -> str:
    """The README of a published artifact, from its `meta.json`: figures, corpus and licences, use, limits."""
    languages = "".join(f"\n- {language}" for language in meta["languages"])
    figures = "".join(f"| {name} | {_shown(value)} |\n" for name, value in _flat(meta.get("figures") or {}))
    corpus = "".join(
        f"| {entry['source']} | {entry['licence']} | {_shown(entry.get('weight', 1))} | `{entry['sha256'][:12]}` |\n"
        for entry in meta["corpus"]
    )
    return f"""---
license: apache-2.0
language:{languages}
tags:
- tokenizer
- bpe
library_name: tokenizers
---
# {meta["name"]}: a byte-level BPE of {meta["n_vocab"]:,} entries

Lossless: every text decodes back byte for byte. Nothing is normalised.

## Use
```python
from transformers import AutoTokenizer

AutoTokenizer.from_pretrained("{repo}")("…")["input_ids"]
```
`tokenizers.Tokenizer.from_pretrained("{repo}")` gives the same ids; `golden.json` holds texts with theirs.

## Figures
Held-out text; raw counts added up over the whole set and divided once.

| figure | value |
|---|---|
{figures}
## Corpus
| source | licence | weight | sha256 |
|---|---|---|---|
{corpus}
## Limits
Trained for {", ".join(meta["languages"])}: other text costs up to one token a byte. GGUF is not supported without a
patched converter.
"""


def _flat(figures: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name, value in figures.items():
        label = f"{prefix}{name}".replace("_", " ")
        pairs += _flat(value, f"{label}, ") if isinstance(value, dict) else [(label, value)]
    return pairs


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


# --- The Space ---------------------------------------------------------------------------------


def space_files(root: Path = ROOT) -> list[Path]:
    """The files the Space is made of, sorted; raises `HubError` if there is no app in the folder."""
    if not (root / "app.py").is_file():
        raise HubError(f"{root} has no app.py: run this in the project's folder.")
    found = {path for pattern in SPACE_FILES for path in root.glob(pattern) if path.is_file()}
    return sorted(path for path in found if "__pycache__" not in path.parts)


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


class HubTokenizer:
    """A `tokenizer.json` from the Hub, with the two methods measuring and drawing need."""

    def __init__(self, name: str, data: str) -> None:
        """Parse a `tokenizer.json`; nothing in it is executed. Raises `HubError` if it is none."""
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_str(data)
        except Exception as error:  # the library raises plain `Exception`
            raise HubError(f"{name} has a tokenizer.json that cannot be read: {str(error)[:200]}") from None
        # What a visitor types is text, also where it looks like a special token.
        self._tokenizer.encode_special_tokens = True
        self._byte_level = '"ByteLevel"' in data
        self.name = name
        self.n_vocab: int = self._tokenizer.get_vocab_size()

    def encode_ordinary(self, text: str) -> list[int]:
        """The ids of a text, no special token recognised or added."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def decode_single_token_bytes(self, token: int) -> bytes:
        """The bytes of one token; raises `KeyError` for an id that is none."""
        piece = self._tokenizer.id_to_token(token)
        if piece is None:
            raise KeyError(token)
        return piece_bytes(piece, byte_level=self._byte_level)


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
        return HubTokenizer(name, data.decode())
    except UnicodeDecodeError:
        raise HubError(f"{name} has a tokenizer.json that is not UTF-8.") from None


def _download(name: str, max_bytes: int, deadline: float) -> bytes:
    import httpx

    if constants.HF_HUB_OFFLINE:
        raise OfflineModeIsEnabled
    url = hf_hub_url(name, "tokenizer.json", endpoint=constants.ENDPOINT)
    left = max(0.1, deadline - time.monotonic())
    chunks: list[bytes] = []
    size = 0
    # A plain client: huggingface_hub's own would send the token this server is logged in with.
    with httpx.stream("GET", url, follow_redirects=True, timeout=left) as response:
        if response.status_code in (401, 403, 404):
            raise HubError(f"The Hub has no tokenizer.json in {name}, or it is private or gated.")
        if response.status_code != 200:
            raise HubError(f"The Hub answered {response.status_code} for {name}; try again later.")
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > max_bytes:
                raise HubError(
                    f"The tokenizer.json of {name} is over {max_bytes / 1e6:g} MB: too large to show here."
                )
            if time.monotonic() > deadline:
                raise HubError(f"The tokenizer.json of {name} did not arrive in time; try again later.")
            chunks.append(chunk)
    return b"".join(chunks)


__all__: Sequence[str] = (
    "ARTIFACT_FILES", "HubError", "HubTokenizer", "artifact_files", "checked_name", "fetch", "foreign",
    "model_card", "piece_bytes", "push_artifact", "push_space", "space_files",
)  # fmt: skip

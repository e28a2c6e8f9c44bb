"""The tokenizers of GPT-2, GPT-4 and GPT-4o, from the ranks in `artifacts/tiktoken`, without a network.

The rank files keep the names tiktoken's own cache gives them (the SHA-1 of their address), so the
same folder serves `TIKTOKEN_CACHE_DIR`. They are read here rather than by `tiktoken.get_encoding`,
because tiktoken deletes a damaged cache file and then asks the network for another.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import tiktoken

from tokenizer.patterns import CL100K_BASE, GPT2, O200K_BASE

FOLDER = Path(__file__).resolve().parent.parent / "artifacts" / "tiktoken"

_HOST = "https://openaipublic.blob.core.windows.net/encodings/"


class BaselineError(ValueError):
    """A comparison tokenizer cannot be shown; the message says which, why, and what to do."""


@dataclass(frozen=True)
class _Source:
    """One rank file, and what it takes besides to make an encoding of it."""

    file: str
    sha256: str
    pat_str: str
    special_tokens: dict[str, int] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return FOLDER / hashlib.sha1((_HOST + self.file).encode()).hexdigest()


_SOURCES = {
    # GPT-2's ranks under the name OpenAI publishes them in tiktoken's format.
    "gpt2": _Source(
        "r50k_base.tiktoken",
        "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
        GPT2,
        {"<|endoftext|>": 50256},
    ),
    "cl100k_base": _Source(
        "cl100k_base.tiktoken",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
        CL100K_BASE,
        {
            "<|endoftext|>": 100257,
            "<|fim_prefix|>": 100258,
            "<|fim_middle|>": 100259,
            "<|fim_suffix|>": 100260,
            "<|endofprompt|>": 100276,
        },
    ),
    "o200k_base": _Source(
        "o200k_base.tiktoken",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
        O200K_BASE,
        {"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
    ),
}

BASELINES = tuple(_SOURCES)

_loaded: dict[str, tiktoken.Encoding] = {}
_lock = Lock()


def baseline(name: str) -> tiktoken.Encoding:
    """The tiktoken encoding of that name; read once, then shared by all threads.

    Raises `BaselineError` for a name not in `BASELINES`, and for a rank file that is missing or damaged.

    >>> len(baseline("o200k_base").encode_ordinary("हिन्दी क्षत्रिय भारत"))
    7
    """
    if name not in _SOURCES:
        raise BaselineError(f"There is no baseline named {name!r}; there are {', '.join(BASELINES)}.")
    with _lock:  # two first visitors at once would otherwise both read 200,000 ranks
        if name not in _loaded:
            _loaded[name] = _read(name, _SOURCES[name])
        return _loaded[name]


def _read(name: str, source: _Source) -> tiktoken.Encoding:
    repair = "Run `python artifacts/tiktoken/rebuild.py` to make the folder anew."
    try:
        data = source.path.read_bytes()
    except OSError:
        raise BaselineError(f"{name} cannot be shown: {source.file} is missing. {repair}") from None
    if hashlib.sha256(data).hexdigest() != source.sha256:
        raise BaselineError(f"{name} cannot be shown: {source.file} is damaged. {repair}")
    pairs = (line.split() for line in data.splitlines())
    return tiktoken.Encoding(
        name,
        pat_str=source.pat_str,
        mergeable_ranks={base64.b64decode(token): int(rank) for token, rank in pairs},
        special_tokens=source.special_tokens,
    )

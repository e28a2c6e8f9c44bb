"""Text files and Hub data sets -> clean documents, each once; read through `datasets`.

A *source* is the path of a local file (text, one document a line; Parquet; JSON Lines) or the name of
a data set on the Hub, `owner/name` or `owner/name:configuration`, which is streamed. A local file wins.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import regex

# How `datasets` names the reader of each kind of file.
READERS = {".txt": "text", ".parquet": "parquet", ".jsonl": "json", ".json": "json"}

_HUB_NAME = regex.compile(r"([\w.-]+/[\w.-]+)(?::([\w.-]+))?")

# Control and format characters that carry no text. ZWJ and ZWNJ stay: they decide how a conjunct looks.
# Tabs and line ends become blanks below.
_NOISE = regex.compile(r"[\p{Cc}--[\t\n\v\f\r\x85]]|[\u00ad\u200b\u2060\ufeff\ufffd]", flags=regex.V1)
_BLANKS = regex.compile(r"\s+")

# Rows a streamed shuffle draws from: larger mixes better and holds more in memory.
SHUFFLE_BUFFER = 10_000


class CorpusError(ValueError):
    """A source cannot be read; the message says which, why, and what to do."""


def clean(text: str) -> str:
    """A text without control characters, zero-width spaces and soft hyphens, its blanks folded to one.

    ZWJ and ZWNJ are kept, and nothing is normalised.

    >>> clean("\\ufeffहिन्दी\\u200b  \\tक्\\u200dष\\n") == "हिन्दी क्\\u200dष"
    True
    """
    cleaned: str = _BLANKS.sub(" ", _NOISE.sub("", text))
    return cleaned.strip()


def distinct(texts: Iterable[str]) -> Iterator[str]:
    """Each text the first time it comes; 16 bytes are kept of every one seen.

    >>> list(distinct(["अ", "आ", "अ"]))
    ['अ', 'आ']
    """
    seen = set()
    for text in texts:
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        if digest not in seen:
            seen.add(digest)
            yield text


def letters_in(script: str, text: str) -> float:
    """Share of a text's letters that are of a script (a Unicode script name); 0.0 if it has no letter.

    >>> letters_in("Kannada", "ಕನ್ನಡ abcd")
    0.5
    """
    letters = [c for c in text if unicodedata.category(c)[0] == "L"]
    return sum(unicodedata.name(c, "").startswith(script.upper()) for c in letters) / max(1, len(letters))


def documents(
    sources: Iterable[str | Path],
    *,
    text_column: str = "text",
    limit: int | None = None,
    seed: int | None = None,
) -> Iterator[str]:
    """The clean, distinct documents of the sources, in order; at most `limit` of them.

    With a `seed` each source's rows come shuffled, the same way every time. Raises `CorpusError` for a
    source that is missing, of another kind, unreachable, or without `text_column`.
    """
    texts = (text for source in sources for text in rows(source, text_column=text_column, seed=seed))
    return islice(distinct(filter(None, map(clean, texts))), limit)


def rows(source: str | Path, *, text_column: str = "text", seed: int | None = None) -> Iterator[str]:
    """One source's texts as they stand, empty ones as ""; raises as `documents` does."""
    data = _open(source)
    if seed is not None:
        data = data.shuffle(seed=seed, buffer_size=SHUFFLE_BUFFER)
    for row in data:
        if text_column not in row:
            raise CorpusError(f"{source} has no column {text_column!r}; it has {', '.join(row)}.")
        yield row[text_column] or ""


def _open(source: str | Path) -> Any:
    """A streaming `datasets` data set."""
    import datasets  # a second of imports that encoding never needs

    path = Path(source)
    if path.is_file():
        if path.suffix not in READERS:
            raise CorpusError(f"{path} is of no kind that can be read: name a {', '.join(READERS)} file.")
        return datasets.load_dataset(
            READERS[path.suffix], data_files=str(path), split="train", streaming=True
        )
    named = _HUB_NAME.fullmatch(str(source))
    if named is None or path.suffix in READERS:
        raise CorpusError(f"There is no file {source}.")
    try:
        return datasets.load_dataset(named[1], named[2], split="train", streaming=True)
    except (OSError, ValueError, datasets.exceptions.DatasetsError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CorpusError(
            f"There is no file {source}, and the Hub's data set cannot be read: {reason}"
        ) from None

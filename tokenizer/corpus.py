"""Text files -> clean documents, one a line, each text once; read through `datasets`."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import regex

# How `datasets` names the reader of each kind of file.
READERS = {".txt": "text", ".parquet": "parquet", ".jsonl": "json", ".json": "json"}

# Control and format characters that carry no text. ZWJ and ZWNJ stay: they decide how a conjunct looks.
# Joiners of emoji stay with them; tabs and line ends become blanks below.
_NOISE = regex.compile(r"[\p{Cc}--[\t\n\v\f\r\x85]]|[\u00ad\u200b\u2060\ufeff\ufffd]", flags=regex.V1)
_BLANKS = regex.compile(r"\s+")


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


def documents(paths: Iterable[str | Path], *, text_column: str = "text") -> Iterator[str]:
    """The clean, distinct documents of local files, in order: text (one a line), Parquet or JSON Lines.

    Raises `ValueError` for a file that is missing, of another kind, or without `text_column`.
    """
    return distinct(filter(None, map(clean, _rows(paths, text_column))))


def _rows(paths: Iterable[str | Path], text_column: str) -> Iterator[str]:
    from datasets import load_dataset  # a second of imports that encoding never needs

    for path in map(Path, paths):
        if path.suffix not in READERS:
            raise ValueError(f"{path} is of no kind that can be read: name a {', '.join(READERS)} file.")
        if not path.is_file():
            raise ValueError(f"There is no file {path}.")
        reader = READERS[path.suffix]
        rows = load_dataset(reader, data_files=str(path), split="train", streaming=True)
        for row in rows:
            if text_column not in row:
                raise ValueError(f"{path} has no column {text_column!r}; it has {', '.join(row)}.")
            yield row[text_column] or ""

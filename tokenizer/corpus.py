"""Text files and Hub data sets -> clean documents, shard by shard.

A *source* is the path of a local file (text, one document a line; Parquet; JSON Lines) or the name of
a data set on the Hub, `owner/name[:configuration][@revision]`, which is streamed. A local file wins.
A *shard* is a part of a source that can be read by itself: some megabytes of a text file, a row group of Parquet.
Without a revision all shards of a data set are of the one it has when they are listed.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import regex

# How `datasets` names the reader of each kind of file; text is read here, in shards of so many bytes.
READERS = {".txt": "", ".parquet": "parquet", ".jsonl": "json", ".json": "json"}
SHARD_BYTES = 16_000_000

_HUB_NAME = regex.compile(r"([\w.-]+/[\w.-]+)(:[\w.-]+)?(?:@([\w./-]+))?")
_COMMIT = regex.compile("[0-9a-f]{40}")

# Control and format characters that carry no text. ZWJ and ZWNJ stay: they decide how a conjunct looks.
# Tabs and line ends become blanks below.
_NOISE = regex.compile(r"[\p{Cc}--[\t\n\v\f\r\x85]]|[\u00ad\u200b\u2060\ufeff\ufffd]", flags=regex.V1)
_BLANKS = regex.compile(r"\s+")

# Rows a shuffle draws from: larger mixes better and holds more in memory.
SHUFFLE_BUFFER = 10_000


class CorpusError(ValueError):
    """A source cannot be read; the message says which, why, and what to do."""


class Shard(NamedTuple):
    """One of the `parts` of a source, and how it is read; a plain value that any machine can be handed."""

    source: str
    part: int
    parts: int
    text_column: str = "text"
    seed: int | None = None  # rows come shuffled by it


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


def pinned(source: str | Path) -> str:
    """The source; if it is on the Hub, with the revision it has now.

    Raises `CorpusError` as `shards` does.
    """
    if Path(source).is_file():
        return str(source)
    name, configuration, revision = _hub_name(source)
    if revision and _COMMIT.fullmatch(revision):
        return str(source)
    return f"{name}{configuration or ''}@{_builder(source).hash}"


def shards(
    sources: Iterable[str | Path], *, text_column: str = "text", seed: int | None = None
) -> list[Shard]:
    """The shards of the sources, in order, or with a `seed` in the order it gives.

    Raises `CorpusError` for a source that is missing, of another kind, or unreachable.
    """
    found = [
        Shard(source, index, number, text_column, seed)
        for source in map(pinned, sources)
        for number in [_number(source)]
        for index in range(number)
    ]
    if seed is not None:
        Random(seed).shuffle(found)
    return found


def documents(
    sources: Iterable[str | Path],
    *,
    text_column: str = "text",
    limit: int | None = None,
    seed: int | None = None,
) -> Iterator[str]:
    """The clean, distinct documents of the sources, in order; at most `limit` of them.

    With a `seed` shards and the rows in them come shuffled, the same way every time. Raises `CorpusError` as
    `shards` does, and for a source without `text_column`.
    """
    own = shards(sources, text_column=text_column, seed=seed)
    return islice(distinct(text for shard in own for text in cleaned(shard)), limit)


def cleaned(shard: Shard) -> Iterator[str]:
    """The clean documents of a shard that are not empty."""
    return filter(None, map(clean, rows(shard)))


def rows(shard: Shard) -> Iterator[str]:
    """A shard's texts as they stand, empty ones as ""; raises `CorpusError` if there is no such column."""
    found = _rows(shard)
    if shard.seed is None:
        return found
    return _shuffled(found, Random(f"{shard.seed} {shard.part}"))


def _rows(shard: Shard) -> Iterator[str]:
    path = Path(shard.source)
    if path.is_file() and path.suffix == ".txt":
        yield from _lines(path, shard.part * SHARD_BYTES, (shard.part + 1) * SHARD_BYTES)
        return
    data = _open(shard.source).shard(shard.parts, shard.part)
    with _reading(shard.source):
        for row in data:
            if shard.text_column not in row:
                raise CorpusError(
                    f"{shard.source} has no column {shard.text_column!r}; it has {', '.join(row)}."
                )
            text = row[shard.text_column] or ""
            if not isinstance(text, str):
                raise CorpusError(
                    f"Column {shard.text_column!r} of {shard.source} holds no text but {text!r:.40}."
                )
            yield text


@contextmanager
def _reading(source: str | Path) -> Iterator[None]:
    """What goes wrong while `datasets` reads a source, in plain words."""
    import datasets

    try:
        yield
    except CorpusError:
        raise
    except (OSError, ValueError, datasets.exceptions.DatasetsError) as error:
        missing = isinstance(error, datasets.exceptions.DatasetNotFoundError)
        cause = error if missing else error.__cause__ or error
        reason = str(cause).splitlines()[0] if str(cause) else type(cause).__name__
        where = source if Path(source).is_file() else f"There is no file {source}, and the Hub's data set"
        raise CorpusError(f"{where} cannot be read: {reason}") from None


def _shuffled(rows: Iterable[str], chance: Random) -> Iterator[str]:
    """Rows drawn from a buffer. (The shuffle of `datasets` 5.2 waits five seconds at the end of each shard.)"""
    held: list[str] = []
    for row in rows:
        if len(held) < SHUFFLE_BUFFER:
            held.append(row)
        else:
            at = chance.randrange(SHUFFLE_BUFFER)
            yield held[at]
            held[at] = row
    chance.shuffle(held)
    yield from held


def _lines(path: Path, start: int, end: int) -> list[str]:
    """The lines that begin in a range of a text file's bytes."""
    with path.open("rb") as file:
        if start:
            file.seek(start - 1)
            file.readline()  # the end of a line that begins before
        at = file.tell()
        data = file.read(max(0, end - at))
        if data and not data.endswith(b"\n"):
            data += file.readline()
    try:
        return data.decode("utf-8-sig" if at == 0 else "utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{path} is not UTF-8 at byte {at + error.start}: convert it first, with iconv."
        ) from None


def _number(source: str) -> int:
    path = Path(source)
    if path.is_file() and path.suffix == ".txt":
        return max(1, -(-path.stat().st_size // SHARD_BYTES))
    number: int = _open(source).num_shards
    return number


def _open(source: str) -> Any:
    """A streaming `datasets` data set, its shards as small as its format allows."""
    builder = _builder(source)
    with _reading(source):
        return builder.as_streaming_dataset(split="train").reshard()


def _builder(source: str | Path) -> Any:
    """What `datasets` makes a data set with."""
    import datasets  # a second of imports that encoding never needs

    path = Path(source)
    if path.is_file():
        if path.suffix not in READERS:
            raise CorpusError(f"{path} is of no kind that can be read: name a {', '.join(READERS)} file.")
        with _reading(source):
            return datasets.load_dataset_builder(READERS[path.suffix], data_files=str(path))
    name, configuration, revision = _hub_name(source)
    with _reading(source):
        return datasets.load_dataset_builder(name, configuration and configuration[1:], revision=revision)


def _hub_name(source: str | Path) -> tuple[str, str | None, str | None]:
    """Name, `:configuration` and revision of a data set on the Hub."""
    named = _HUB_NAME.fullmatch(str(source))
    if named is None or Path(source).suffix in READERS:
        raise CorpusError(f"There is no file {source}.")
    return named[1], named[2], named[3]

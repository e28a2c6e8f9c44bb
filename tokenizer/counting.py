"""Documents -> a corpus as numbers: its distinct chunks, and every line as the numbers of its chunks.

A chunk is a word with the blank before it and what is glued to it. Text repeats its chunks, so they are split,
merged and looked at once, and whatever is counted afterwards is arithmetic on arrays. Parts of a corpus can be
counted anywhere, by anybody: joined in order they are what counting all of it in one place gives.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from tempfile import TemporaryFile

import numpy as np
import regex
from numpy.typing import NDArray

# Chunks handled together: bounds what is held besides the counts and the numbers themselves.
BLOCK = 4_000_000

_CHUNK = regex.compile(r"\s*\S+|\s+")


@dataclass(frozen=True)
class Counted:
    """A corpus as numbers. Line i is `[chunks[id] for id in ids[ends[i - 1]:ends[i]]]` joined.

    Four bytes a word; `ids` may lie in a file.
    """

    chunks: list[str]
    ids: NDArray[np.int32]
    ends: NDArray[np.int64]

    def blocks(self) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
        """The lines, some millions of chunks at a time: their ids, and where in these each line ends."""
        first = start = 0
        while first < len(self.ends):
            last = max(first + 1, int(np.searchsorted(self.ends, start + BLOCK, side="right")))
            end = int(self.ends[last - 1])
            yield np.asarray(self.ids[start:end]), self.ends[first:last] - start
            first, start = last, end


class _Numbers(dict[str, int]):
    """The number of a word's chunk; a new word gets the next one."""

    def __init__(self, blank: str, chunks: list[str]) -> None:
        self.blank, self.chunks = blank, chunks

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self.chunks)
        self.chunks.append(self.blank + word)
        return number


def count(documents: Iterable[str]) -> Counted:
    """Number the chunks of documents in the order they come.

    Documents are cut before each word that follows a blank, which must not change the pieces of the split
    regex: true of the word patterns here, not of those whose pieces cross blanks.

    >>> counted = count(["घर घर में", "घर में"])
    >>> counted.chunks, counted.ids.tolist(), counted.ends.tolist()
    (['घर', ' घर', ' में'], [0, 1, 2, 0, 2], [3, 5])
    """
    chunks: list[str] = []
    first, later = _Numbers("", chunks), _Numbers(" ", chunks)
    number = later.__getitem__
    ids, ends = array("i"), array("q")
    for text in documents:
        words = text.split()
        if words and " ".join(words) == text:
            ids.append(first[words[0]])
            del words[0]
            ids.extend(map(number, words))
        else:  # blanks that are not single spaces between words
            for chunk in _CHUNK.findall(text):
                ids.append(later[chunk[1:]] if chunk[0] == " " else first[chunk])
        ends.append(len(ids))
    return Counted(chunks, np.array(ids, np.int32), np.array(ends, np.int64))


def join(parts: Iterable[Counted], *, limit: int | None = None) -> Counted:
    """The parts as one corpus, each line the first time it comes, at most `limit` lines.

    The numbers go to a temporary file, so memory holds the distinct chunks and 24 bytes a line.

    >>> joined = join([count(["घर में", "घर"]), count(["घर", "में घर"])])
    >>> joined.chunks, joined.ids.tolist(), joined.ends.tolist()
    (['घर', ' में', 'में', ' घर'], [0, 1, 0, 2, 3], [2, 3, 5])
    """
    chunks: dict[str, int] = {}
    seen: set[bytes] = set()
    ends = array("q")
    total = 0
    with TemporaryFile() as file:
        for part in parts:
            table = np.array([chunks.setdefault(chunk, len(chunks)) for chunk in part.chunks], np.int32)
            for ids, inner in part.blocks():
                data = table[ids].tobytes()
                for start, end in pairwise([0, *(4 * inner).tolist()]):
                    if len(ends) == limit:
                        break
                    line = data[start:end]
                    digest = blake2b(line, digest_size=16).digest()
                    if digest not in seen:
                        seen.add(digest)
                        file.write(line)
                        total += len(line) // 4
                        ends.append(total)
            if len(ends) == limit:
                break
        file.flush()
        numbers = np.memmap(file, np.int32, "r") if total else np.empty(0, np.int32)
    return Counted(list(chunks), numbers, np.array(ends, np.int64))


def totals(counted: Counted) -> NDArray[np.int64]:
    """How often each chunk occurs.

    >>> totals(count(["घर घर में", "घर में"])).tolist()
    [2, 1, 2]
    """
    found = np.zeros(len(counted.chunks), np.int64)
    for ids, _ in counted.blocks():
        found += np.bincount(ids, minlength=len(found))
    return found

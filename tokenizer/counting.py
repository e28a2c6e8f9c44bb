"""Documents -> a corpus as numbers: its distinct chunks, and every line as the numbers of its chunks.

A chunk is a word with the blank before it and what is glued to it. Text repeats its chunks, so they are split,
merged and looked at once, and whatever is counted afterwards is arithmetic on arrays. Shards can be counted
anywhere, by one process or by a Dask cluster: joined in order they are what counting in one place gives.
"""

import os
import zipfile
from array import array
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from tokenizer.corpus import Shard, cleaned
from tokenizer.patterns import CHUNK

# Chunks handled together: bounds what is held besides the counts and the numbers themselves.
BLOCK = 4_000_000

# Seconds to wait for a scheduler to answer.
PATIENCE = 10.0


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
            for chunk in CHUNK.findall(text):
                ids.append(later[chunk[1:]] if chunk[0] == " " else first[chunk])
        ends.append(len(ids))
    return Counted(chunks, np.array(ids, np.int32), np.array(ends, np.int64))


def join(parts: Iterable[Counted], *, distinct: bool = True, limit: int | None = None) -> Counted:
    """The parts as one corpus: each line the first time it comes, or all of them; at most `limit` lines.

    The numbers go to a temporary file, so memory holds the distinct chunks, and a few dozen bytes a line.

    >>> joined = join([count(["घर में", "घर"]), count(["घर", "में घर"])])
    >>> joined.chunks, joined.ids.tolist(), joined.ends.tolist()
    (['घर', ' में', 'में', ' घर'], [0, 1, 0, 2, 3], [2, 3, 5])
    """
    chunks: dict[str, int] = {}
    seen: set[bytes] = set()
    ends = array("q")
    total = 0
    with TemporaryFile() as file:
        for line in _lines(parts, chunks):
            if len(ends) == limit:
                break
            if distinct:
                digest = blake2b(line, digest_size=16).digest()
                if digest in seen:
                    continue
                seen.add(digest)
            file.write(line)
            total += len(line) // 4
            ends.append(total)
        file.flush()
        numbers = np.memmap(file, np.int32, "r") if total else np.empty(0, np.int32)
    return Counted(list(chunks), numbers, np.array(ends, np.int64))


def _lines(parts: Iterable[Counted], chunks: dict[str, int]) -> Iterator[bytes]:
    """Each line of the parts as the bytes of its numbers in `chunks`, which grows."""
    for part in parts:
        table = np.array([chunks.setdefault(chunk, len(chunks)) for chunk in part.chunks], np.int32)
        for ids, ends in part.blocks():
            data = table[ids].tobytes()
            for start, end in pairwise([0, *(4 * ends).tolist()]):
                yield data[start:end]


def totals(counted: Counted) -> NDArray[np.int64]:
    """How often each chunk occurs.

    >>> totals(count(["घर घर में", "घर में"])).tolist()
    [2, 1, 2]
    """
    found = np.zeros(len(counted.chunks), np.int64)
    for ids, _ in counted.blocks():
        found += np.bincount(ids, minlength=len(found))
    return found


# --- Shards, here or on a cluster -----------------------------------------------------------------


class CountingError(ValueError):
    """Shards cannot be counted as asked; the message says why, and what to do."""


def count_shard(shard: Shard) -> Counted:
    """Number the chunks of a shard's clean documents: what every process and every machine does."""
    return count(cleaned(shard))


def count_shards(
    shards: Sequence[Shard], *, workers: int = 1, scheduler: str | None = None, folder: Path | None = None
) -> Generator[Counted]:
    """Each shard counted, in the order given, whoever counts it.

    In this process, in `workers` processes, or on the Dask cluster whose `scheduler` has that address; a worker
    that dies is replaced and its shard counted again. With a `folder` each shard is kept there as soon as it is
    counted, and taken from there the next time. Raises `CountingError` if there is no such cluster.
    """
    missing = [shard for shard in shards if not (folder and _kept(folder, shard).is_file())]
    left = set(missing)
    with (
        _counting(workers, scheduler, missing) as counted,
        tqdm(total=len(shards), desc="shards") as progress,
    ):
        for shard in shards:
            found = _read(_kept(folder, shard)) if folder and shard not in left else None
            if found is None:
                found = next(counted) if shard in left else count_shard(shard)
                if folder:
                    _write(_kept(folder, shard), found)
            progress.update()
            yield found


@contextmanager
def _counting(workers: int, scheduler: str | None, shards: Sequence[Shard]) -> Iterator[Iterator[Counted]]:
    """What counts these shards, in order."""
    if not shards or (workers < 2 and scheduler is None):
        yield map(count_shard, shards)
        return
    try:
        from distributed import Client, KilledWorker, LocalCluster
    except ImportError:
        raise CountingError(
            "Counting in several processes takes Dask: pip install 'dask[distributed]'."
        ) from None
    with ExitStack() as stack:
        if scheduler is None:
            local = LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0"
            )
            address = stack.enter_context(local).scheduler_address
        else:
            address = scheduler
        try:
            client = stack.enter_context(Client(address, timeout=PATIENCE))  # type: ignore[no-untyped-call]
        except OSError as error:
            raise CountingError(f"There is no Dask scheduler at {address}: {error}.") from None
        try:
            yield _ahead(client, shards)
        except KilledWorker as error:
            raise CountingError(
                f"One shard stopped its worker again and again: give workers more memory. ({error})"
            ) from None


def _ahead(client: Any, shards: Sequence[Shard]) -> Iterator[Counted]:
    """The shards counted by a cluster, in order; a few more than it has threads are under way at a time."""
    window = 2 * max(1, sum(client.nthreads().values()))
    waiting: deque[Any] = deque()
    for shard in shards:
        waiting.append(client.submit(count_shard, shard, pure=False))
        if len(waiting) > window:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


# --- What is kept of a count that was stopped ------------------------------------------------------


def _kept(folder: Path, shard: Shard) -> Path:
    """Where a shard's count is kept; a file that changed, or another revision, has another place."""
    path = Path(shard.source)
    state = (path.stat().st_size, path.stat().st_mtime_ns) if path.is_file() else ()
    name = blake2b(repr((*shard, state)).encode(), digest_size=16).hexdigest()
    return folder / f"{name}.npz"


def _write(path: Path, counted: Counted) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    with partial.open("wb") as file:
        # Clean documents have no line ends, so chunks have none.
        chunks = np.frombuffer("\n".join(counted.chunks).encode(), np.uint8)
        np.savez(file, chunks=chunks, ids=counted.ids, ends=counted.ends)
    os.replace(partial, path)


def _read(path: Path) -> Counted | None:
    """What was kept, or None if it is damaged."""
    try:
        with np.load(path, allow_pickle=False) as found:
            text = found["chunks"].tobytes().decode()
            return Counted(text.split("\n") if text else [], found["ids"], found["ends"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None

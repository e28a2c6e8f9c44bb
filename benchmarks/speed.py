"""How fast our encoding is beside the compiled libraries on the same ranks: benchmarks/results/speed.json.

Every contestant has the same ids (checked first), runs in this process on one thread, and takes turns
with the others; figures are medians. Absolute times are this machine's; the ratios are what carries over.
A library that does not load the artifact, or has other ids on a set, has no figure there.
"""

import argparse
import gc
import json
import multiprocessing
import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import fastokens
import kitoken
import tiktoken
from tokenizers import Tokenizer

from tokenizer import load
from tokenizer.encoding import Encoding
from tokenizer.files import ARTIFACTS

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "speed.json"
ROUNDS = 7
NAMES = ("ours", "tiktoken", "tokenizers", "fastokens", "kitoken")

Row = dict[str, Any]
# How a library encodes a text, and how it decodes ids.
Contestant = tuple[Callable[[str], Any], Callable[[Sequence[int]], object]]


def machine() -> str:
    """The processor and what runs on it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        cpu = platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores of {cpu}, {platform.system()}, Python {platform.python_version()}"


def texts(corpus: Path) -> dict[str, tuple[str, list[str]]]:
    """Set name -> artifact and texts: held-out lines, whole documents (200 lines of them), both scripts mixed."""

    def lines(language: str) -> list[str]:
        path = corpus / "eval" / language
        both = (path / f"flores200_{part}.txt" for part in ("dev", "devtest"))
        return [line for file in both for line in file.read_text(encoding="utf-8").splitlines()]

    hindi, kannada = lines("hindi"), lines("kannada")
    mixed = [f"{a} {b}" for a, b in zip(hindi, kannada, strict=False)]

    def articles(language: str) -> list[str]:
        path = corpus / "train" / language / "wikipedia_random_articles.txt"
        return path.read_text(encoding="utf-8").splitlines()

    found = {
        "Hindi, lines": ("hindi", hindi),
        "Kannada, lines": ("kannada", kannada),
        "mixed, lines": ("hindi-kannada", mixed),
    }
    for name, (artifact, own) in list(found.items()):
        documents = ["\n".join(own[at : at + 200]) for at in range(0, len(own), 200)]
        found[name.replace("lines", "documents")] = artifact, documents
    # Long enough that words come again, as they do in any real run.
    found["Hindi, 3.8 MB of articles"] = "hindi", articles("hindi")
    found["Kannada, 1.8 MB of articles"] = "kannada", articles("kannada")
    return found


def fresh(name: str) -> Encoding:
    """An encoding that remembers nothing."""
    return load(ARTIFACTS / name)


def contestants(name: str) -> dict[str, Contestant]:
    """Every library with the artifact, newly loaded."""
    ours = fresh(name)
    judge = tiktoken.Encoding(
        name, pat_str=ours.pat_str, mergeable_ranks=ours.mergeable_ranks, special_tokens={}
    )
    path = str(ARTIFACTS / name / "tokenizer.json")
    compiled = Tokenizer.from_file(path)
    compiled.encode_special_tokens = True
    fast = fastokens.Tokenizer.from_file(path)
    kit = kitoken.Kitoken.from_tokenizers_file(path)
    return {
        "ours": (ours.encode_ordinary, ours.decode),
        "tiktoken": (judge.encode_ordinary, judge.decode),
        "tokenizers": (
            lambda text: compiled.encode(text, add_special_tokens=False),
            lambda ids: compiled.decode(ids, skip_special_tokens=False),
        ),
        "fastokens": (fast.encode_ordinary, fast.decode),
        "kitoken": (lambda text: kit.encode(text, False), lambda ids: kit.decode(ids).decode()),
    }


def same(where: str, own: Sequence[str], every: dict[str, Contestant]) -> tuple[list[list[int]], list[str]]:
    """The ids of the texts, and who has the same; tiktoken and tokenizers must."""
    ids = [every["ours"][0](text) for text in own]
    names = []
    for name, (encode, _) in every.items():
        found = (encode(text) for text in own)
        if all(list(getattr(one, "ids", one)) == right for one, right in zip(found, ids, strict=True)):
            names.append(name)
        elif name in ("tiktoken", "tokenizers"):
            raise SystemExit(f"{where}: the ids differ from those of {name}")
        else:
            print(f"{where}: {name} is left out, its ids differ")
    return ids, names


def timed(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternate(contestants: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of each, run in turns in a changing order."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    chance = random.Random(0)
    for _ in range(rounds):
        for name in chance.sample(list(contestants), len(contestants)):
            taken[name].append(timed(contestants[name]))
    return {name: statistics.median(times) for name, times in taken.items()}


def row(what: str, where: str, megabytes: float, seconds: dict[str, float]) -> Row:
    """MB/s of each contestant, and ours over theirs."""
    speeds = {
        f"{name}, MB/s": round(megabytes / seconds[name], 2) if name in seconds else None for name in NAMES
    }
    ratios = {
        f"ours / {name}": round(seconds[name] / seconds["ours"], 2) if name in seconds else None
        for name in NAMES[1:]
    }
    return {"work": what, "text": where} | speeds | ratios


def encode_rows(where: str, name: str, own: Sequence[str]) -> list[Row]:
    """Warm and cold encoding, and decoding."""
    every = contestants(name)
    ids, names = same(where, own, every)
    megabytes = sum(len(text.encode()) for text in own) / 1e6

    def encoding(encode: Callable[[str], object]) -> Callable[[], object]:
        return lambda: [encode(text) for text in own]

    def decoding(decode: Callable[[Sequence[int]], object]) -> Callable[[], object]:
        return lambda: [decode(one) for one in ids]

    warm = alternate({who: encoding(every[who][0]) for who in names})
    cold: dict[str, list[float]] = {who: [] for who in names}
    for _ in range(5):
        anew = contestants(name)
        for who in names:
            cold[who].append(timed(encoding(anew[who][0])))
    decoded = alternate({who: decoding(every[who][1]) for who in names})
    return [
        row("encode, warm", where, megabytes, warm),
        row("encode, cold", where, megabytes, {who: statistics.median(times) for who, times in cold.items()}),
        row("decode", where, megabytes, decoded),
    ]


# --- a batch in one process and in two ---------------------------------------------------------


_worker: Encoding


def _start(name: str) -> None:
    global _worker
    _worker = fresh(name)


def _work(texts: list[str]) -> list[list[int]]:
    return _worker.encode_ordinary_batch(texts)


def batch(corpus: Path, name: str = "hindi", processes: int = 2) -> list[Row]:
    """All training text in one batch: whether sending texts and ids between processes is worth it."""
    files = sorted((corpus / "train" / name).glob("*.txt"))
    own = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    step = len(own) // (16 * processes) + 1
    parts = [own[at : at + step] for at in range(0, len(own), step)]
    megabytes = sum(len(text.encode()) for text in own) / 1e6

    def shared(pool: Any) -> list[list[int]]:
        return [ids for part in pool.imap(_work, parts) for ids in part]

    times: dict[str, list[float]] = {}
    for _ in range(3):
        ours = fresh(name)
        for what in ("cold", "warm"):
            times.setdefault(f"encode_batch, {what}", []).append(
                timed(partial(ours.encode_ordinary_batch, own))
            )
        start = time.perf_counter()
        with multiprocessing.Pool(processes, _start, (name,)) as pool:
            shared(pool)
            taken = time.perf_counter() - start
            times.setdefault(f"encode_batch, cold, {processes} processes started for it", []).append(taken)
            times.setdefault(f"encode_batch, warm, {processes} processes kept", []).append(
                timed(partial(shared, pool))
            )
    where = f"Hindi, {megabytes:.0f} MB of training text"
    return [row(what, where, megabytes, {"ours": statistics.median(t)}) for what, t in times.items()]


# --- what merges badly -------------------------------------------------------------------------


def adversarial(name: str = "hindi") -> list[Row]:
    """A megabyte of what merges badly: median seconds, and growth from a quarter of it."""
    chance = random.Random(1)
    made = {
        "a word without a space": "".join(chance.choices("कखगतनरसहमयपबल", k=350_000)),
        "one letter": "क" * 350_000,
        "one combining mark": "ि" * 350_000,
        "spaces": " " * 1_000_000,
    }
    # Texts this long are not remembered, so each run is a first one.
    encode = fresh(name).encode_ordinary
    found = []
    for what, text in made.items():
        seconds = alternate(
            {"quarter": partial(encode, text[: len(text) // 4]), "whole": partial(encode, text)}
        )
        found.append(
            {
                "text": f"1 MB of {what}",
                "seconds": round(seconds["whole"], 3),
                "growth from 256 KB": round(seconds["whole"] / seconds["quarter"], 2),
            }
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    asked = parser.parse_args()
    os.environ["RAYON_NUM_THREADS"] = "1"
    found = [
        line for where, (name, own) in texts(asked.corpus).items() for line in encode_rows(where, name, own)
    ]
    found += batch(asked.corpus)
    result = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
    result |= {"machine": machine(), "rows": found, "adversarial": adversarial()}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8", newline="\n")
    for line in [*found, *result["adversarial"]]:
        print(line)


if __name__ == "__main__":
    main()

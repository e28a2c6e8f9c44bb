"""How fast our encoding is beside the compiled libraries on the same ranks: benchmarks/results/speed.json.

Every contestant has the same ids (checked first), runs in this process on one thread, and takes turns
with the others; figures are medians. Absolute times are this machine's; the ratios are what carries over.
"""

import argparse
import gc
import json
import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tiktoken
from tokenizers import Tokenizer

from tokenizer import load
from tokenizer.encoding import Encoding
from tokenizer.files import ARTIFACTS

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "speed.json"
ROUNDS = 7

Row = dict[str, Any]


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


def others(name: str) -> tuple[tiktoken.Encoding, Tokenizer]:
    """tiktoken and tokenizers from the artifact."""
    ours = fresh(name)
    judge = tiktoken.Encoding(
        name, pat_str=ours.pat_str, mergeable_ranks=ours.mergeable_ranks, special_tokens={}
    )
    compiled = Tokenizer.from_file(str(ARTIFACTS / name / "tokenizer.json"))
    compiled.encode_special_tokens = True
    return judge, compiled


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
    speeds = {name: round(megabytes / taken, 2) for name, taken in seconds.items()}
    ratios = {
        f"ours / {name}": round(taken / seconds["ours"], 2)
        for name, taken in seconds.items()
        if name != "ours"
    }
    return {"work": what, "text": where} | {f"{name}, MB/s": speed for name, speed in speeds.items()} | ratios


def encode_rows(where: str, name: str, own: Sequence[str]) -> list[Row]:
    """Warm and cold encoding, and decoding."""
    ours, (judge, compiled) = fresh(name), others(name)
    ids = [ours.encode_ordinary(text) for text in own]
    if ids != [judge.encode_ordinary(text) for text in own]:
        raise SystemExit(f"{where}: the ids differ from tiktoken's")
    if ids != [compiled.encode(text, add_special_tokens=False).ids for text in own]:
        raise SystemExit(f"{where}: the ids differ from tokenizers'")
    megabytes = sum(len(text.encode()) for text in own) / 1e6
    run: dict[str, Callable[[], object]] = {
        "ours": lambda: [ours.encode_ordinary(text) for text in own],
        "tiktoken": lambda: [judge.encode_ordinary(text) for text in own],
        "tokenizers": lambda: [compiled.encode(text, add_special_tokens=False) for text in own],
    }
    found = [row("encode, warm", where, megabytes, alternate(run))]
    cold: dict[str, list[float]] = {"ours": [], "tiktoken": [], "tokenizers": []}
    for _ in range(3):
        new = fresh(name)
        again, anew = others(name)
        cold["ours"].append(timed(lambda e=new: [e.encode_ordinary(text) for text in own]))  # type: ignore[misc]
        cold["tiktoken"].append(timed(lambda e=again: [e.encode_ordinary(text) for text in own]))  # type: ignore[misc]
        cold["tokenizers"].append(
            timed(lambda e=anew: [e.encode(text, add_special_tokens=False) for text in own])  # type: ignore[misc]
        )
    found.append(row("encode, cold", where, megabytes, {k: statistics.median(v) for k, v in cold.items()}))
    run = {
        "ours": lambda: [ours.decode(one) for one in ids],
        "tiktoken": lambda: [judge.decode(one) for one in ids],
        "tokenizers": lambda: [compiled.decode(one, skip_special_tokens=False) for one in ids],
    }
    found.append(row("decode", where, megabytes, alternate(run)))
    return found


def adversarial(name: str = "hindi") -> list[Row]:
    """A megabyte of what merges badly: seconds, and growth from a quarter of it."""
    chance = random.Random(1)
    made = {
        "a word without a space": "".join(chance.choices("कखगतनरसहमयपबल", k=350_000)),
        "one letter": "क" * 350_000,
        "one combining mark": "ि" * 350_000,
        "spaces": " " * 1_000_000,
    }
    found = []
    for what, text in made.items():
        quarter = timed(lambda t=text: fresh_encode(name, t[: len(t) // 4]))  # type: ignore[misc]
        whole = timed(lambda t=text: fresh_encode(name, t))  # type: ignore[misc]
        found.append(
            {
                "text": f"1 MB of {what}",
                "seconds": round(whole, 3),
                "growth from 256 KB": round(whole / quarter, 2),
            }
        )
    return found


def fresh_encode(name: str, text: str) -> list[int]:
    """Encode with an encoding that remembers nothing."""
    return fresh_cache(name).encode_ordinary(text)


_kept: dict[str, Encoding] = {}


def fresh_cache(name: str) -> Encoding:
    """One encoding, loaded outside the clock; texts this long are not remembered."""
    if name not in _kept:
        _kept[name] = fresh(name)
    return _kept[name]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    asked = parser.parse_args()
    found = [
        line for where, (name, own) in texts(asked.corpus).items() for line in encode_rows(where, name, own)
    ]
    fresh_cache("hindi")
    result = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
    result |= {"machine": machine(), "rows": found, "adversarial": adversarial()}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8", newline="\n")
    for line in [*found, *result["adversarial"]]:
        print(line)


if __name__ == "__main__":
    main()

"""Seconds and peak memory of training 4,998 entries, each trainer in a process of its own: speed.json, `training`.

The same text for all. Ours learns all strata of the shipped split regex, phrases included. The others learn one
stratum, with the shipped regex, and again with the one of words alone, which makes their pieces few and short;
sentencepiece has a split of its own.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "speed.json"

PATIENCE = 300  # seconds

HEAD = """
import sys, time
from pathlib import Path
lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
"""
TAIL = """
seconds = time.perf_counter() - start
# Linux's high-water mark of this process; getrusage's would begin with that of its parent.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(seconds, int(status["VmHWM"].split()[0]) / 1024)
"""

_OURS = """
from tokenizer.training import Options, train
start = time.perf_counter()
train(((line, 1) for line in lines), Options(vocab_size=4998))
"""
_TOKENIZERS = """
from benchmarks.peers import tokenizers_of
from tokenizer.patterns import {pattern}
start = time.perf_counter()
tokenizers_of({pattern}, lines, 4998)
"""
_RUSTBPE = """
import rustbpe
from tokenizer.patterns import {pattern}
made = rustbpe.Tokenizer()
start = time.perf_counter()
made.train_from_iterator(iter(lines), 4998, pattern={pattern})
"""
_BPEASY = """
import bpeasy
from tokenizer.patterns import {pattern}
start = time.perf_counter()
bpeasy.train_bpe(iter(lines), {pattern}, 128, 4998)
"""
_SENTENCEPIECE = """
from benchmarks.peers import sentencepiece_of
start = time.perf_counter()
assert sentencepiece_of("bpe", lines, 4998).n_vocab == 4998
"""

SHIPPED, WORDS, OWN = "shipped", "words alone", "its own"

# (trainer, split regex) -> what is run
TRAINERS = {
    ("ours", SHIPPED): _OURS,
    ("tokenizers", SHIPPED): _TOKENIZERS.format(pattern="INDIC_PHRASES"),
    ("rustbpe", SHIPPED): _RUSTBPE.format(pattern="INDIC_PHRASES"),
    ("bpeasy", SHIPPED): _BPEASY.format(pattern="INDIC_PHRASES"),
    ("tokenizers", WORDS): _TOKENIZERS.format(pattern="INDIC"),
    ("rustbpe", WORDS): _RUSTBPE.format(pattern="INDIC"),
    ("bpeasy", WORDS): _BPEASY.format(pattern="INDIC"),
    ("sentencepiece", OWN): _SENTENCEPIECE,
}


def text_of(corpus: Path, megabytes: int) -> str:
    """Lines of the Hindi training text, in an order drawn once; beyond its end, lines drawn from it again."""
    files = sorted((corpus / "train" / "hindi").glob("*.txt"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    chance = random.Random(0)
    chance.shuffle(lines)
    found: list[str] = []
    left = megabytes * 1_000_000
    while left > 0:
        line = lines[len(found)] if len(found) < len(lines) else chance.choice(lines)
        found.append(line)
        left -= len(line.encode()) + 1
    return "\n".join(found)


def measured(script: str, path: Path) -> tuple[float, float] | None:
    """Seconds and MB of one run, or None if it takes longer than `PATIENCE`."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", HEAD + script + TAIL, str(path)],
            cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    except subprocess.CalledProcessError as error:
        raise SystemExit(error.stderr) from None
    seconds, memory = done.stdout.strip().splitlines()[-1].split()
    return float(seconds), float(memory)


def compared(size: int, path: Path) -> list[dict[str, Any]]:
    """Each trainer's median seconds and memory on one text; small texts three times, in turns."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {which: [] for which in TRAINERS}
    for _ in range(3 if size <= 16 else 1):
        for which, script in TRAINERS.items():
            if (one := measured(script, path)) is not None:
                found[which].append(one)
    rows: list[dict[str, Any]] = []
    for (trainer, pattern), runs in found.items():
        row: dict[str, Any] = {"MB of text": size, "trainer": trainer, "split regex": pattern}
        if runs:
            seconds, memory = map(statistics.median, zip(*runs, strict=True))
            ours = rows[0] if rows else {"seconds": seconds, "peak MB": memory}
            row |= {
                "seconds": round(seconds, 2), "peak MB": round(memory),
                "seconds / ours": round(seconds / ours["seconds"], 2),
                "memory / ours": round(memory / ours["peak MB"], 2),
            }  # fmt: skip
        else:
            row["seconds"] = f"over {PATIENCE}"
        rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--megabytes", type=int, nargs="*", default=[1, 4, 16, 64, 256])
    asked = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for size in asked.megabytes:
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write(text_of(asked.corpus, size))
            file.flush()
            for row in compared(size, Path(file.name)):
                rows.append(row)
                print(row, flush=True)
    result = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
    RESULT.write_text(
        json.dumps(result | {"training": rows}, indent=1) + "\n", encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()

"""Seconds and peak memory of training 4,998 entries, each trainer in a process of its own: speed.json, `training`.

The same text for all; the split regex is ours before phrases, but sentencepiece has its own. Ours learns all strata.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "speed.json"
ENTRIES = 4998

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

TRAINERS = {
    "ours": """
from tokenizer.training import Options, train
start = time.perf_counter()
train(((line, 1) for line in lines), Options(vocab_size=4998))
""",
    "tokenizers": """
from benchmarks.peers import tokenizers_of
from tokenizer.patterns import INDIC
start = time.perf_counter()
tokenizers_of(INDIC, lines, 4998)
""",
    "rustbpe": """
import rustbpe
from tokenizer.patterns import INDIC
made = rustbpe.Tokenizer()
start = time.perf_counter()
made.train_from_iterator(iter(lines), 4998, pattern=INDIC)
""",
    "bpeasy": """
import bpeasy
from tokenizer.patterns import INDIC
start = time.perf_counter()
bpeasy.train_bpe(iter(lines), INDIC, 128, 4998)
""",
    "sentencepiece": """
from benchmarks.peers import sentencepiece_of
start = time.perf_counter()
assert sentencepiece_of("bpe", lines, 4998).n_vocab == 4998
""",
}


def text_of(corpus: Path, megabytes: int) -> str:
    """Lines of the Hindi training text, no file twice; beyond its end they come again."""
    files = sorted((corpus / "train" / "hindi").glob("*.txt"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    data = text.encode()
    while len(data) < megabytes * 1_000_000:
        data += b"\n" + data
    return data[: megabytes * 1_000_000].decode("utf-8", "ignore")


def measured(trainer: str, path: Path) -> tuple[float, float] | None:
    """Seconds and MB of one run, or None if it failed or took over ten minutes."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", HEAD + TRAINERS[trainer] + TAIL, str(path)],
            cwd=ROOT, capture_output=True, text=True, timeout=600, check=True,
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        print(trainer, "failed:", str(getattr(error, "stderr", ""))[-300:])
        return None
    seconds, memory = done.stdout.strip().splitlines()[-1].split()
    return float(seconds), float(memory)


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
            for trainer in TRAINERS:
                if (found := measured(trainer, Path(file.name))) is not None:
                    rows.append(
                        {
                            "MB of text": size,
                            "trainer": trainer,
                            "seconds": round(found[0], 2),
                            "peak MB": round(found[1]),
                        }
                    )
                    print(rows[-1], flush=True)
    result = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
    RESULT.write_text(
        json.dumps(result | {"training": rows}, indent=1) + "\n", encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()

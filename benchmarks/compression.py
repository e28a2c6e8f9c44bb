"""How short each tokenizer makes each evaluation set: benchmarks/results/compression.json."""

import argparse
import hashlib
import json
import platform
from pathlib import Path
from typing import Any

from tokenizer import load
from tokenizer.baselines import BASELINES, baseline
from tokenizer.files import ARTIFACTS
from tokenizer.metrics import Tokenizes, measure

ROOT = Path(__file__).resolve().parent.parent


def rows(corpus: Path) -> list[dict[str, Any]]:
    """One row for each encoding and evaluation set of its languages."""
    found = []
    for path in sorted((corpus / "eval").glob("*/*.txt")):
        language = path.parent.name
        own = [
            p.parent.name
            for p in sorted(ARTIFACTS.glob("*/meta.json"))
            if language in p.parent.name.split("-")
        ]
        lines = path.read_text(encoding="utf-8").splitlines()
        for name in [*own, *BASELINES] if own else []:
            encoding: Tokenizes = baseline(name) if name in BASELINES else load(name)
            about = {
                "encoding": name,
                "n_vocab": encoding.n_vocab,
                "set": path.stem,
                "language": language,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            found.append(about | measure(encoding, lines).as_dict())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    measured = rows(parser.parse_args().corpus)
    if not measured:
        raise SystemExit("no evaluation set or no artifact: give --corpus FOLDER, and run make train first")
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    path = ROOT / "benchmarks" / "results" / "compression.json"
    path.parent.mkdir(exist_ok=True)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    text = json.dumps(kept | {"machine": machine, "rows": measured}, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

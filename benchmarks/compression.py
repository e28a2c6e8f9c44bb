"""Token counts of our artifacts and the baselines on held-out text: `python benchmarks/compression.py EVAL_FOLDER`."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from tokenizer import baseline, load, measure
from tokenizer.baselines import BASELINES
from tokenizer.files import ARTIFACTS

RESULTS = Path(__file__).resolve().parent / "results" / "compression.json"


def rows(folder: Path) -> list[dict[str, Any]]:
    """One row for each encoding and set; an artifact is measured on its own languages."""
    made = []
    for language, code in (("hindi", "hi"), ("kannada", "kn")):
        ours = [
            path.parent.name
            for path in sorted(ARTIFACTS.glob("*/meta.json"))
            if code in json.loads(path.read_text(encoding="utf-8"))["languages"]
        ]
        for name in ("flores200_devtest", "udhr"):
            data = (folder / language / f"{name}.txt").read_bytes()
            lines = data.decode().splitlines()
            for encoding in [*map(load, ours), *map(baseline, BASELINES)]:
                made.append(
                    {
                        "encoding": encoding.name, "n_vocab": encoding.n_vocab, "set": name,
                        "language": language, "sha256": hashlib.sha256(data).hexdigest(),
                    }
                    | measure(encoding, lines).as_dict()
                )  # fmt: skip
    return made


if __name__ == "__main__":
    RESULTS.parent.mkdir(exist_ok=True)
    found = {"rows": rows(Path(sys.argv[1]))}
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")

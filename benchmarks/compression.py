"""How short each tokenizer makes each evaluation set: benchmarks/results/compression.json.

`python -m benchmarks.compression [--corpus FOLDER] [--part rows|ablation|curve] [hindi=FILE_OR_HUB_DATASET ...]`
"""

import argparse
import hashlib
import json
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks import peers
from tokenizer import load
from tokenizer.baselines import BASELINES, baseline
from tokenizer.corpus import documents
from tokenizer.encoding import Encoding
from tokenizer.files import ARTIFACTS, read_meta
from tokenizer.metrics import measure
from tokenizer.patterns import INDIC, INDIC_PHRASES
from tokenizer.training import Options, train

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "compression.json"
LANGUAGES = ("hindi", "kannada")
SIZES = (512, 1000, 2000, 3000, 4000, 4999)
KEPT = ("n_vocab", "characters_per_token", "bytes_per_token", "split_rate", "mark_start_rate", "failed_lines")
# No akshara stratum, no phrases.
BARE: dict[str, Any] = {"akshara_coverage": 0.0, "lone_marks": 9.0, "left_wall": False, "word_share": 1.0}

Row = dict[str, Any]


def sets(corpus: Path, extra: Iterable[str]) -> list[tuple[str, str, str, list[str]]]:
    """Language, name, sha256 and lines of each evaluation set."""
    found = []
    for path in sorted((corpus / "eval").glob("*/*.txt")):
        if path.parent.name in LANGUAGES:
            lines = path.read_text(encoding="utf-8").splitlines()
            found.append((path.parent.name, path.stem, hashlib.sha256(path.read_bytes()).hexdigest(), lines))
    for given in extra:
        language, _, source = given.partition("=")
        lines = [line for text in documents([source]) for line in text.splitlines()]
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        found.append((language, Path(source).stem, digest, lines))
    return found


def english_tokens(corpus: Path, name: str) -> int | None:
    """Tokens of the English side of a parallel set in o200k_base: what parity divides by."""
    path = corpus / "eval" / "english" / f"{name}.txt"
    if not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    return sum(map(len, baseline("o200k_base").encode_ordinary_batch(lines)))


def contestants(language: str, corpus: Path) -> Iterable[tuple[str, str, Any]]:
    """Kind, name and encoding of everything measured on a language."""
    for path in sorted(ARTIFACTS.glob("*/meta.json")):
        if language in read_meta(path.parent).get("languages", []):
            yield "ours", path.parent.name, load(path.parent)
    for name in BASELINES:
        yield "published", name, baseline(name)
    texts = list(peers.repeated(peers.weighted(language, corpus)))
    entries = load(language).n_vocab - 1
    for name, made in tqdm(peers.SAME_SIZE.items(), desc=f"{language}: peers of the same size"):
        yield "same text, same size", name, made(texts, entries)
    for name in tqdm(peers.LARGE, desc=f"{language}: large vocabularies"):
        try:
            yield "published", name, peers.large(name)
        except OSError as error:
            print(f"{name} is left out: {error}")


def rows(corpus: Path, extra: Iterable[str]) -> list[Row]:
    """One row for each set and encoding."""
    found: list[Row] = []
    for language in LANGUAGES:
        own = [entry for entry in sets(corpus, extra) if entry[0] == language]
        for kind, name, encoding in contestants(language, corpus):
            for _, stem, digest, lines in own:
                counted = measure(encoding, lines).as_dict()
                english = english_tokens(corpus, stem)
                about = {
                    "encoding": name, "kind": kind, "n_vocab": encoding.n_vocab,
                    "set": stem, "language": language, "sha256": digest,
                }  # fmt: skip
                parity = {"parity": round(counted["tokens"] / english, 4)} if english else {}
                found.append(about | counted | parity)
    return found


def _devtest(corpus: Path, language: str) -> list[str]:
    path = corpus / "eval" / language / "flores200_devtest.txt"
    return path.read_text(encoding="utf-8").splitlines()


def _trained(language: str, corpus: Path, pat_str: str = INDIC_PHRASES, **changed: Any) -> Encoding:
    asked = peers.recipe(language)["options"] | changed
    asked["scripts"] = tuple(asked["scripts"])
    ranks = train(peers.weighted(language, corpus), Options(**asked)).mergeable_ranks
    return Encoding(language, pat_str=pat_str, mergeable_ranks=ranks, special_tokens={"<|end|>": len(ranks)})


def ablation(corpus: Path) -> list[Row]:
    """From a regex made for English to ours, and one stratum after another; FLORES-200 devtest."""
    found = []
    for language in LANGUAGES:
        texts = list(peers.repeated(peers.weighted(language, corpus)))
        steps = {
            "GPT-4's regex": lambda t=texts: peers.SAME_SIZE["tokenizers, GPT-4 regex"](t, 4998),
            "Indic regex": lambda t=texts: peers.SAME_SIZE["tokenizers, our regex"](t, 4998),
            "+ characters whole": lambda lang=language: _trained(lang, corpus, INDIC, **BARE),
            "+ aksharas first": lambda lang=language: _trained(lang, corpus, INDIC, word_share=1.0),
            "+ phrases (shipped)": lambda lang=language: _trained(lang, corpus),
        }
        for step, made in tqdm(steps.items(), desc=f"{language}: ablation"):
            counted = measure(encoding := made(), _devtest(corpus, language)).as_dict()
            counted["n_vocab"] = encoding.n_vocab
            found.append({"language": language, "step": step} | {key: counted[key] for key in KEPT})
    return found


def curve(corpus: Path) -> list[Row]:
    """Compression against the number of entries; FLORES-200 devtest."""
    found = []
    for language in LANGUAGES:
        for size in tqdm(SIZES, desc=f"{language}: curve"):
            encoding = _trained(language, corpus, vocab_size=size - 1)
            counted = measure(encoding, _devtest(corpus, language)).as_dict() | {"n_vocab": encoding.n_vocab}
            found.append({"language": language} | {key: counted[key] for key in KEPT})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--part", choices=["rows", "ablation", "curve"], help="only this part")
    parser.add_argument("sets", nargs="*", help="more sets: language=file, or language=owner/name on the Hub")
    asked = parser.parse_args()
    if not sets(asked.corpus, ()):
        raise SystemExit("no evaluation set: give --corpus FOLDER, the folder with train/ and eval/")
    result = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
    result["machine"] = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    if asked.part in (None, "rows"):
        result["rows"] = rows(asked.corpus, asked.sets)
    if asked.part in (None, "ablation"):
        result["ablation"] = ablation(asked.corpus)
    if asked.part in (None, "curve"):
        result["curve"] = curve(asked.corpus)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

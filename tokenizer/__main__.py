"""The command line: text on standard input or in files, results on standard output, the rest on standard error.

Exit codes: 0 done, 1 the text or the request cannot be served (the message says why), 2 wrong usage.
"""

import argparse
import hashlib
import io
import json
import os
import sys
import tomllib
import unicodedata
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from tokenizer.akshara import SCRIPTS
from tokenizer.baselines import BASELINES, baseline
from tokenizer.encoding import Encoding
from tokenizer.files import ARTIFACTS, export, load, save
from tokenizer.metrics import HEADINGS, measure
from tokenizer.patterns import INDIC_PHRASES
from tokenizer.segments import runs

if TYPE_CHECKING:
    from tokenizer.corpus import Shard
    from tokenizer.counting import Counted

EXAMPLES = """examples:
  echo "हिन्दी" | python -m tokenizer encode
  python -m tokenizer encode story.txt | python -m tokenizer decode > same.txt
  echo "ಕನ್ನಡ ಸ್ತ್ರೀ" | python -m tokenizer inspect --tokenizer kannada
  python -m tokenizer evaluate story.txt --against o200k_base gpt2 --json
  python -m tokenizer push hindi --repo owner/hindi-bpe --dry-run
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # What is printed is Hindi and Kannada, whatever the locale says.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    asked = parser().parse_args(arguments)
    try:
        asked.run(asked)
    except BrokenPipeError:
        raise
    except (ValueError, OSError) as error:
        print(f"error: {_told(error)}", file=sys.stderr)
        return 1
    return 0


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(
        prog="python -m tokenizer",
        description="Byte-level BPE for Hindi and Kannada.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for add in (_add_train, _add_export, _add_encode, _add_decode, _add_inspect, _add_evaluate, _add_push):
        add(commands)
    return top


def encoding(name: str) -> Any:
    """The encoding of a name: a baseline, an artifact, a folder, or `owner/name` on the Hub."""
    if name in BASELINES:
        return baseline(name)
    return load(name)


def read_text(path: str) -> str:
    """A file's text ("-": standard input) with its line ends as they are; raises `ValueError` if it is no UTF-8."""
    data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        where = "standard input" if path == "-" else path
        raise ValueError(
            f"{where} is not UTF-8 at byte {error.start}: convert it first, with iconv."
        ) from None


def _command(commands: Any, name: str, run: Any, text: str, example: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.set_defaults(run=run)
    return made


def _add_tokenizer(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--tokenizer",
        default="hindi",
        help=f"an artifact, a folder, owner/name on the Hub, or {', '.join(BASELINES)} (default: hindi)",
    )


# --- train and export ------------------------------------------------------------------------

SPECIAL = "<|endoftext|>"


# Which script a language is written in, for those that are mostly written in one of SCRIPTS.
LANGUAGES = {
    "assamese": "Bengali", "bengali": "Bengali", "bhojpuri": "Devanagari", "gujarati": "Gujarati", "hindi": "Devanagari",
    "kannada": "Kannada", "konkani": "Devanagari", "maithili": "Devanagari", "malayalam": "Malayalam",
    "marathi": "Devanagari", "nepali": "Devanagari", "odia": "Oriya", "punjabi": "Gurmukhi", "sanskrit": "Devanagari",
    "tamil": "Tamil", "telugu": "Telugu", "tulu": "Kannada",
}  # fmt: skip


def _add_train(commands: Any) -> None:
    command = _command(
        commands,
        "train",
        run_train,
        "Train an artifact from a recipe, or from your own text.",
        "python -m tokenizer train --language tamil --corpus my.txt --output artifacts/tamil",
    )
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--recipe", help="a recipe's name (tokenizer/recipes) or file; --corpus is then its folder"
    )
    what.add_argument("--language", choices=sorted(LANGUAGES), help="the language of your text")
    what.add_argument("--script", choices=sorted(SCRIPTS), help="its script, if the language is not listed")
    command.add_argument(
        "--corpus",
        nargs="+",
        required=True,
        help="files, or data sets of the Hub (owner/name[:configuration][@revision])",
    )
    command.add_argument("--output", type=Path, help="the folder to write (default: artifacts/RECIPE)")
    command.add_argument("--vocab-size", type=int, default=4999, help="entries in all (default: 4999)")
    command.add_argument("--text-column", default="text", help="the column with the text (default: text)")
    command.add_argument("--limit", type=int, help="at most this many documents")
    command.add_argument("--seed", type=int, help="shuffle the sources, the same way every time")
    command.add_argument("--counts", type=Path, help="keep counts in this folder: a run that stopped goes on")
    where = command.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, default=1, help="count in so many processes (default: 1)")
    where.add_argument("--scheduler", help="count on the Dask cluster at this address (tcp://…)")


def run_train(asked: argparse.Namespace) -> None:
    """Train, and write the artifact's folder."""
    if asked.recipe:
        _train_recipe(asked)
        return
    if asked.output is None:
        raise ValueError("say where to write it: --output FOLDER")
    from tokenizer.corpus import pinned, shards
    from tokenizer.counting import join

    sources = [pinned(source) for source in asked.corpus]
    corpus = [
        {"source": source, "licence": "unknown", "weight": 1, "sha256": _sha256(source)} for source in sources
    ]
    script = asked.script or LANGUAGES[asked.language]
    with _counted(asked, shards(sources, text_column=asked.text_column, seed=asked.seed)) as counted:
        lines = {1: join(counted, limit=asked.limit)}
    _train_to(
        asked.output,
        lines,
        {"vocab_size": asked.vocab_size - 1, "scripts": (script,)},
        {"languages": [asked.language] if asked.language else [], "corpus": corpus},
    )


def _counted(asked: argparse.Namespace, shards: Sequence["Shard"]) -> "closing[Generator[Counted]]":
    """The shards counted where it was asked; leaving lets go of the processes that counted."""
    from tokenizer.counting import count_shards

    return closing(
        count_shards(shards, workers=asked.workers, scheduler=asked.scheduler, folder=asked.counts)
    )


def _train_recipe(asked: argparse.Namespace) -> None:
    from tokenizer.corpus import shards
    from tokenizer.counting import join

    named = Path(__file__).parent / "recipes" / f"{asked.recipe}.toml"
    recipe = tomllib.loads((named if named.is_file() else Path(asked.recipe)).read_text(encoding="utf-8"))
    root = Path(asked.corpus[0])
    own = [shards([root / entry["file"]]) for entry in recipe["corpus"]]
    # Each source's lines once; what two sources share counts in both.
    weighted: dict[int, list[Counted]] = {}
    with _counted(asked, [shard for some in own for shard in some]) as counted:
        for entry, some in zip(recipe["corpus"], own, strict=True):
            weighted.setdefault(entry["weight"], []).append(join(islice(counted, len(some))))
    lines = {weight: join(parts, distinct=False) for weight, parts in weighted.items()}
    corpus = [entry | {"sha256": _sha256(root / entry["file"])} for entry in recipe["corpus"]]
    options = {"vocab_size": asked.vocab_size - 1} | recipe["options"]
    options["scripts"] = tuple(options["scripts"])
    folder = asked.output or ARTIFACTS / recipe["name"]
    meta = {"languages": recipe["languages"], "corpus": corpus}
    _train_to(folder, lines, options, meta, eval_root=root / "eval", name=recipe["name"])


def _train_to(
    folder: Path,
    corpus: "Mapping[int, Counted]",
    options: dict[str, Any],
    meta: dict[str, Any],
    *,
    eval_root: Path | None = None,
    name: str = "",
) -> None:
    from tokenizer.training import Options, learn

    trained = learn(corpus, Options(**options))
    enc = Encoding(
        name or folder.name,
        pat_str=INDIC_PHRASES,
        mergeable_ranks=trained.mergeable_ranks,
        special_tokens={SPECIAL: len(trained.mergeable_ranks)},
    )
    more = {"strata": trained.strata, "options": options, "version": "1"}
    if eval_root and eval_root.is_dir():
        more |= _figures(enc, eval_root, meta["languages"])
    save(folder, enc, meta | more)
    print(f"{folder}: {enc.n_vocab:,} entries")


def _figures(enc: Encoding, eval_root: Path, languages: Iterable[str]) -> dict[str, Any]:
    """Figures on FLORES-200 devtest, and how many entries are used at least once on dev."""
    devtest: dict[str, Any] = {}
    used: set[int] = set()
    for language in languages:
        lines = (eval_root / language / "flores200_devtest.txt").read_text(encoding="utf-8").splitlines()
        devtest[language] = measure(enc, lines).as_dict()
        dev = (eval_root / language / "flores200_dev.txt").read_text(encoding="utf-8").splitlines()
        used.update(*map(enc.encode_ordinary, dev))
    return {"figures": {"flores200_devtest": devtest}, "entries_used_on_dev": len(used)}


def _sha256(source: str | Path) -> str:
    path = Path(source)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _add_export(commands: Any) -> None:
    command = _command(
        commands,
        "export",
        run_export,
        "Write tokenizer.json and tokenizer_config.json, for tokenizers and transformers.",
        "python -m tokenizer export folder --tokenizer hindi",
    )
    command.add_argument("folder", type=Path, help="the folder to write into")
    command.add_argument(
        "--tokenizer",
        default="hindi",
        help="an artifact, a folder, or owner/name on the Hub (default: hindi)",
    )


def run_export(asked: argparse.Namespace) -> None:
    """Write the two files of an artifact."""
    asked.folder.mkdir(parents=True, exist_ok=True)
    export(asked.folder, load(asked.tokenizer))


# --- encode and decode -----------------------------------------------------------------------


def _add_encode(commands: Any) -> None:
    command = _command(
        commands,
        "encode",
        run_encode,
        "Text to token ids, one line for each file.",
        'echo "हिन्दी" | python -m tokenizer encode --json',
    )
    command.add_argument("files", nargs="*", default=["-"], help="text files; - or none: standard input")
    _add_tokenizer(command)
    command.add_argument("--special", action="store_true", help="recognise special tokens in the text")
    command.add_argument("--json", action="store_true", help="one JSON list for each file")


def run_encode(asked: argparse.Namespace) -> None:
    """Print the ids of each file."""
    enc = encoding(asked.tokenizer)
    for path in asked.files:
        text = read_text(path)
        ids = enc.encode(text, allowed_special="all") if asked.special else enc.encode_ordinary(text)
        print(json.dumps(ids) if asked.json else " ".join(map(str, ids)))


def _add_decode(commands: Any) -> None:
    command = _command(
        commands,
        "decode",
        run_decode,
        "Token ids back to text, byte for byte.",
        "echo 1204 377 | python -m tokenizer decode",
    )
    command.add_argument("files", nargs="*", default=["-"], help="files of ids; - or none: standard input")
    _add_tokenizer(command)


def run_decode(asked: argparse.Namespace) -> None:
    """Write the bytes of the ids in each file."""
    enc = encoding(asked.tokenizer)
    for path in asked.files:
        ids = parse_ids(read_text(path))
        try:
            data = enc.decode_bytes(ids)
        except (KeyError, OverflowError):
            raise ValueError(f"an id is not one of {asked.tokenizer}'s {enc.n_vocab:,}") from None
        sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def parse_ids(text: str) -> list[int]:
    """Ids separated by blanks, or JSON lists of them; raises `ValueError` naming what is no id.

    >>> parse_ids("5 17\\n[3, 4]")
    [5, 17, 3, 4]
    """
    ids = []
    for word in text.replace(",", " ").replace("[", " ").replace("]", " ").split():
        if not (word.isascii() and word.isdigit()):
            raise ValueError(f"{word[:40]!r} is no token id: give whole numbers, as encode prints them.")
        ids.append(int(word))
    return ids


# --- inspect -----------------------------------------------------------------------------------

# Marks that turn the order of a line around, for the rest of it too.
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

STYLES = (
    "black on bright_yellow",
    "black on bright_cyan",
    "black on bright_green",
    "black on bright_magenta",
)


def _add_inspect(commands: Any) -> None:
    command = _command(
        commands,
        "inspect",
        run_inspect,
        "The tokens of a text, coloured, with their ids; aksharas stay whole.",
        'echo "ಕನ್ನಡ" | python -m tokenizer inspect --tokenizer kannada',
    )
    command.add_argument("files", nargs="*", default=["-"], help="text files; - or none: standard input")
    _add_tokenizer(command)
    command.add_argument("--json", action="store_true", help="one JSON list for each file: id, text, bytes")


def run_inspect(asked: argparse.Namespace) -> None:
    """Print each file's text, a bar between tokens but never inside an akshara; then ids and counts.

    An akshara that several tokens share is underlined, their number beside it, and a line with all tokens follows.
    """
    from rich.console import Console
    from rich.text import Text

    enc = encoding(asked.tokenizer)
    console = Console(highlight=False)
    for path in asked.files:
        text = read_text(path).rstrip("\r\n")
        ids = enc.encode_ordinary(text)
        tokens = [enc.decode_single_token_bytes(token) for token in ids]
        if asked.json:
            print(
                json.dumps([_described(*pair) for pair in zip(ids, tokens, strict=True)], ensure_ascii=False)
            )
            continue
        whole = runs(text, tokens)
        line = Text()
        for at, run in enumerate(whole):
            line.append("|" if at else "")
            shared = run.last > run.first
            line.append(visible(run.text), STYLES[at % len(STYLES)] + (" underline" if shared else ""))
            line.append(f"({run.last - run.first + 1})" if shared else "", "dim")
        console.print(line, soft_wrap=True)
        if len(whole) != len(tokens):
            console.print(Text("|".join(map(shown, tokens))), soft_wrap=True)
        console.print(Text(" ".join(map(str, ids)), "dim"), soft_wrap=True)
        counted = measure(enc, [text])
        console.print(
            f"{enc.name}: {counted.tokens:,} token{'' if counted.tokens == 1 else 's'}, "
            f"{counted.characters_per_token:.2f} characters/token, {counted.bytes_per_token:.2f} bytes/token",
            soft_wrap=True,
        )


def _described(token: int, data: bytes) -> dict[str, Any]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = None  # bytes that are no text alone
    return {"id": token, "text": text, "bytes": data.hex(" ")}


def shown(token: bytes) -> str:
    """A token for the eye: a mark on a dotted circle, line ends as ↵, bytes that are no text as hex.

    >>> shown("ि".encode()), shown(b"\\xe0\\xa4"), shown(b" a\\n")
    ('◌ि', '‹E0 A4›', ' a↵')
    """
    try:
        text = token.decode()
    except UnicodeDecodeError:
        return f"‹{token.hex(' ').upper()}›"
    circle = "◌" if text and unicodedata.category(text[0])[0] == "M" else ""
    return circle + visible(text)


def visible(text: str) -> str:
    """A text without anything a terminal would obey: line ends as ↵, other controls as hex.

    >>> visible("a\\x1b[31m\\n\\u202e")
    'a‹1B›[31m↵‹202E›'
    """
    safe = (
        f"‹{ord(c):02X}›" if c in BIDI or (unicodedata.category(c) == "Cc" and c not in "\n\t") else c
        for c in text
    )
    return "".join(safe).replace("\n", "↵").replace("\t", "⇥")


# --- evaluate ----------------------------------------------------------------------------------


def _add_evaluate(commands: Any) -> None:
    command = _command(
        commands,
        "evaluate",
        run_evaluate,
        "Counts and ratios over files, or a data set of the Hub.",
        "python -m tokenizer evaluate story.txt --against o200k_base --json",
    )
    command.add_argument(
        "sources",
        nargs="*",
        default=["-"],
        help=".txt, .jsonl or .parquet files, or owner/name[:configuration][@revision]; - or none: standard input",
    )
    _add_tokenizer(command)
    command.add_argument(
        "--against", nargs="*", default=[], metavar="NAME", help="other tokenizers to compare"
    )
    command.add_argument("--text-column", default="text", help="the column with the text (default: text)")
    command.add_argument("--limit", type=_positive, help="at most this many lines")
    command.add_argument("--json", action="store_true", help="JSON with every count and ratio")


def run_evaluate(asked: argparse.Namespace) -> None:
    """Print one line of figures for each tokenizer."""
    # The bar goes to standard error, and only to a terminal.
    texts = list(tqdm(_lines(asked), unit=" lines", disable=None, leave=False))
    if not texts:
        raise ValueError("there is no text in it: nothing to count.")
    results = {name: measure(encoding(name), texts).as_dict() for name in (asked.tokenizer, *asked.against)}
    if asked.json:
        print(json.dumps(results, indent=1))
    else:
        where = ", ".join("standard input" if source == "-" else source for source in asked.sources)
        _print_table(results, f"{len(texts):,} line{'' if len(texts) == 1 else 's'} of {where}")


def _lines(asked: argparse.Namespace) -> Iterator[str]:
    from tokenizer.corpus import rows, shards

    def of(source: str) -> Iterable[str]:
        if source == "-":
            return read_text("-").splitlines()
        own = shards([source], text_column=asked.text_column)
        return (text for shard in own for text in rows(shard))

    texts = (text for source in asked.sources for text in of(source))
    return islice((text for text in texts if text), asked.limit)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _figure(value: int | float) -> str:
    return f"{value:.3f}" if isinstance(value, float) else f"{value:,}"


def _print_table(results: dict[str, dict[str, int | float]], title: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, box=SIMPLE_HEAD)
    table.add_column("tokenizer", no_wrap=True)
    cells = {name: [_figure(figures[key]) for key in HEADINGS] for name, figures in results.items()}
    for heading, column in zip(HEADINGS.values(), zip(*cells.values(), strict=True), strict=True):
        table.add_column(heading, justify="right", min_width=max(map(len, [*column, *heading.split()])))
    for name, row in cells.items():
        table.add_row(name, *row)
    # In a file or a pipe nothing is cut to a terminal's width.
    Console(width=None if sys.stdout.isatty() else 200).print(table)


# --- push --------------------------------------------------------------------------------------


def _add_push(commands: Any) -> None:
    command = _command(
        commands,
        "push",
        run_push,
        "Publish an artifact, or the Space, on the Hugging Face Hub.",
        "python -m tokenizer push hindi --repo owner/hindi-bpe --dry-run",
    )
    command.add_argument(
        "artifact", nargs="?", help="with --repo: an artifact's name or folder (default: hindi)"
    )
    where = command.add_mutually_exclusive_group(required=True)
    where.add_argument("--repo", metavar="OWNER/NAME", help="publish the artifact there, as a model")
    where.add_argument("--space", metavar="OWNER/NAME", help="publish the page there, with all artifacts")
    command.add_argument("--dry-run", action="store_true", help="list what would go, send nothing")


def run_push(asked: argparse.Namespace) -> None:
    """Send an artifact with its card, or the Space; or list what would go."""
    from tokenizer import hub

    if asked.space:
        if asked.artifact:
            raise ValueError("--space publishes the page with all artifacts: leave the artifact's name out.")
        hub.checked_name(asked.space)
        files = [str(path.relative_to(hub.ROOT)) for path in hub.space_files()]
        print("\n".join(files) if asked.dry_run else hub.push_space(asked.space))
        return
    hub.checked_name(asked.repo)
    name = asked.artifact or "hindi"
    folder = ARTIFACTS / name if (ARTIFACTS / name).is_dir() else Path(name)
    names = [path.name for path in hub.artifact_files(folder)]
    if asked.dry_run:
        print("\n".join(["README.md", *names]))
        return
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    print(hub.push_artifact(folder, asked.repo, hub.model_card(meta, asked.repo)))


if __name__ == "__main__":
    try:
        code = main()
        sys.stdout.flush()
        sys.exit(code)
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)

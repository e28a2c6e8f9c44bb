"""Write the README's tables from `benchmarks/results/*.json`: `python -m benchmarks.readme [--check]`.

A table stands between `<!-- table:NAME -->` and `<!-- /table:NAME -->`. With `--check` nothing is
written, and the exit code is 1 if a table differs from its results.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
MARKED = re.compile(r"(<!-- table:([\w-]+) -->\n).*?(<!-- /table:\2 -->)", re.DOTALL)

Row = dict[str, Any]


def table(header: list[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table; every column but the first is right-aligned.

    >>> print(table(["a", "b"], [["x", "1"]]), end="")
    | a | b |
    |---|---:|
    | x | 1 |
    """
    rule = "|---|" + "---:|" * (len(header) - 1)
    lines = [f"| {' | '.join(line)} |" for line in (header, *rows)]
    return "\n".join([lines[0], rule, *lines[1:], ""])


def number(value: Any) -> str:
    """A figure as the README shows it: whole numbers grouped, ratios with three digits.

    >>> number(12345), number(3.54912), number("hindi"), number(None)
    ('12,345', '3.549', 'hindi', '')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def percent(value: float) -> str:
    """A share in per cent.

    >>> percent(0.01234)
    '1.2 %'
    """
    return f"{100 * value:.1f} %"


def headline(rows: list[Row]) -> str:
    """FLORES-200 devtest, ours beside the baselines of the page, one table line for each."""
    shown = {"gpt2", "cl100k_base", "o200k_base"}
    chosen = [
        row
        for row in rows
        if row["set"] == "flores200_devtest" and (row["kind"] == "ours" or row["encoding"] in shown)
    ]
    chosen.sort(key=lambda row: (row["language"], row["tokens"]))
    return table(
        ["FLORES-200 devtest", "tokenizer", "entries", "characters / token", "bytes / token",
         "tokens / word", "split rate", "starts with a mark", "lines lost"],
        (
            [
                row["language"].capitalize(), f"`{row['encoding']}`", number(row["n_vocab"]),
                number(row["characters_per_token"]), number(row["bytes_per_token"]), number(row["fertility"]),
                percent(row["split_rate"]), percent(row["mark_start_rate"]), number(row["failed_lines"]),
            ]
            for row in chosen
        ),
    )  # fmt: skip


def everyone(rows: list[Row]) -> str:
    """Characters per token of every tokenizer on every reported set, best first on FLORES-200 devtest."""
    names = {"flores200_devtest": "FLORES-200 devtest", "udhr": "UDHR", "heldout_mix": "held-out mix"}
    cells = {(row["language"], row["encoding"], row["set"]): row for row in rows}
    chosen = [row for row in rows if row["set"] == "flores200_devtest"]
    chosen.sort(key=lambda row: (row["language"], row["tokens"]))
    return table(
        ["language", "tokenizer", "trained", "entries", *(f"{name}, characters / token" for name in names.values()),
         "split rate", "tokens per English o200k token", "lines lost"],
        (
            [
                row["language"].capitalize(), row["encoding"], row["kind"], number(row["n_vocab"]),
                *(
                    number(cells.get((row["language"], row["encoding"], name), {}).get("characters_per_token"))
                    for name in names
                ),
                percent(row["split_rate"]), number(row["parity"]), number(row["failed_lines"]),
            ]
            for row in chosen
        ),
    )  # fmt: skip


def plain(rows: list[Row]) -> str:
    """Every row, with the first row's keys as the columns."""
    keys = list(rows[0])
    return table(
        [key.replace("_", " ") for key in keys], ([number(row.get(key)) for key in keys] for row in rows)
    )


# table name -> (result file, key in it, how it is drawn)
TABLES: dict[str, tuple[str, str, Callable[[list[Row]], str]]] = {
    "compression": ("compression.json", "rows", headline),
    "everyone": ("compression.json", "rows", everyone),
    "ablation": ("compression.json", "ablation", plain),
    "curve": ("compression.json", "curve", plain),
    "speed": ("speed.json", "rows", plain),
    "adversarial": ("speed.json", "adversarial", plain),
    "training": ("speed.json", "training", plain),
    "space": ("space.json", "rows", plain),
    "reliability": ("reliability.json", "rows", plain),
}


def draw(name: str, results: Path = RESULTS) -> str:
    """One table as Markdown; raises `KeyError` for a name that is not in `TABLES`."""
    file, key, how = TABLES[name]
    path = results / file
    rows = json.loads(path.read_text(encoding="utf-8")).get(key) if path.is_file() else None
    return how(rows) if rows else "Not measured yet: `make bench`.\n"


def filled(readme: str, results: Path = RESULTS) -> str:
    """A README with every marked table drawn anew."""
    return MARKED.sub(lambda found: found[1] + draw(found[2], results) + found[3], readme)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if a table is out of date"
    )
    check = parser.parse_args().check
    path = ROOT / "README.md"
    before = path.read_text(encoding="utf-8")
    after = filled(before)
    if check and before != after:
        print(
            "README.md: tables differ from benchmarks/results; run python -m benchmarks.readme",
            file=sys.stderr,
        )
        return 1
    if not check:
        path.write_text(after, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

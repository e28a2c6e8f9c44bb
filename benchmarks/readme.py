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
    """FLORES-200 devtest, one table line for each language and encoding."""
    chosen = [row for row in rows if row["set"] == "flores200_devtest" and row["language"] != "english"]
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


def plain(rows: list[Row]) -> str:
    """Every row, with the first row's keys as the columns."""
    keys = list(rows[0])
    return table(
        [key.replace("_", " ") for key in keys], ([number(row.get(key)) for key in keys] for row in rows)
    )


# table name -> (result file, key in it, how it is drawn)
TABLES: dict[str, tuple[str, str, Callable[[list[Row]], str]]] = {
    "compression": ("compression.json", "rows", headline),
    "ablation": ("compression.json", "ablation", plain),
    "curve": ("compression.json", "curve", plain),
    "speed": ("speed.json", "rows", plain),
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

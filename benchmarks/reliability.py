"""Where the reliability figures are kept: one row for each promise."""

import json
from pathlib import Path

RESULT = Path(__file__).resolve().parent / "results" / "reliability.json"


def record(command: str, figures: dict[str, str | int | float]) -> None:
    """Replace the rows a command wrote before."""
    kept = json.loads(RESULT.read_text(encoding="utf-8"))["rows"] if RESULT.is_file() else []
    rows = [row for row in kept if row["command"] != command]
    rows += [{"what": what, "figure": figure, "command": command} for what, figure in figures.items()]
    rows.sort(key=lambda row: row["command"])
    RESULT.write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8", newline="\n")
    for what, figure in figures.items():
        print(f"{what}: {figure}")

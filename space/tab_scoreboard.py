"""Scoreboard: the held-out figures of benchmarks/results, drawn, and the checks a reviewer would run."""

import json
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from space.choose import available
from space.choose import ours as our
from tokenizer import measure
from tokenizer.akshara import aksharas
from tokenizer.patterns import CL100K_BASE, pieces

TITLE = "Scoreboard"
RESULTS = Path(__file__).resolve().parent.parent / "benchmarks" / "results" / "compression.json"
SETS = {"flores200_devtest": "FLORES-200 devtest", "udhr": "UDHR", "heldout_mix": "held-out mix"}
HARD = [
    "",
    " \n\t ",
    "क्षत्रिय ज़िंदगी ज़",
    "ಸ್ತ್ರೀ ರ‍್ಯ",
    "ि್\u200d\u200c",
    "👩‍👩‍👧 <|endoftext|> é\x00",
    "中文 العربية",
    "\U0010ffff",
]


def results() -> dict[str, Any]:
    """The figures, or nothing if they were not measured."""
    if not RESULTS.is_file():
        return {}
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def draw() -> str:
    """Bars for each language, the curve, and all figures as a table."""
    found = results()
    rows = found.get("rows", [])
    if not rows:
        return '<p class="note">Not measured yet: run make bench.</p>'
    charts = "".join(
        f"<div><h2>{language.capitalize()}</h2>{_bars([r for r in rows if r['language'] == language])}</div>"
        for language in ("hindi", "kannada")
    )
    about = next(r for r in rows if r["set"] == "flores200_devtest")
    return (
        "<p>Characters per token on FLORES-200 devtest: translated sentences that nothing was trained or chosen on. Longer is "
        f'better.</p><div class="charts">{charts}</div>{_curve(found.get("curve", []))}{_table(rows)}'
        f'<p class="note">{about["lines"]:,} lines a language; sha256 {about["sha256"][:16]}… (Hindi). '
        "Reproduce: <code>make bench</code>.</p>"
    )


def _bars(rows: list[dict[str, Any]]) -> str:
    rows = sorted(
        (r for r in rows if r["set"] == "flores200_devtest"), key=lambda r: -r["characters_per_token"]
    )
    longest = rows[0]["characters_per_token"]
    return '<div class="bars">' + "".join(
        f'<div class="bar-row{" ours" if r["kind"] == "ours" else ""}"><span>{escape(r["encoding"])}'
        f' <small>{r["n_vocab"]:,}</small></span><i style="width:{55 * r["characters_per_token"] / longest:.1f}%"></i>'
        f"<b>{r['characters_per_token']:.2f}</b></div>"
        for r in rows
    ) + "</div>"  # fmt: skip


def _curve(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    lines = ""
    for language, dash in (("hindi", ""), ("kannada", "6 4")):
        own = [r for r in rows if r["language"] == language]
        points = [(40 + r["n_vocab"] / 5000 * 400, 200 - r["characters_per_token"] * 45) for r in own]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        lines += f'<polyline points="{path}" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="{dash}"/>'
        lines += f'<text x="{points[-1][0] + 5:.0f}" y="{points[-1][1] + (4 if dash else 12):.0f}">{language.capitalize()}</text>'
    ticks = "".join(
        f'<text x="{40 + n / 5000 * 400:.0f}" y="218" text-anchor="middle">{n:,}</text>'
        for n in (1000, 2000, 3000, 4000, 5000)
    ) + "".join(f'<text x="30" y="{204 - n * 45}" text-anchor="end">{n}</text>' for n in (1, 2, 3, 4))
    return (
        "<h2>Compression against vocabulary size</h2>"
        '<svg class="curve" viewBox="0 0 520 235" role="img" aria-label="Characters per token grow with the number of entries; '
        f'the figures are in the README">{ticks}<line x1="40" y1="200" x2="440" y2="200" stroke="currentColor"/>'
        f'<line x1="40" y1="10" x2="40" y2="200" stroke="currentColor"/>{lines}'
        '<text x="240" y="233" text-anchor="middle">entries</text></svg>'
    )


def _table(rows: list[dict[str, Any]]) -> str:
    body = "".join(
        f'<tr><td>{r["language"].capitalize()}</td><td>{SETS[r["set"]]}</td><th scope="row">{escape(r["encoding"])}</th>'
        f'<td>{r["n_vocab"]:,}</td><td>{r["tokens"]:,}</td><td>{r["characters_per_token"]:.3f}</td>'
        f'<td>{r["bytes_per_token"]:.3f}</td><td>{100 * r["split_rate"]:.1f} %</td><td>{r["failed_lines"]}</td></tr>'
        for r in sorted(rows, key=lambda r: (r["language"], r["set"], r["tokens"]))
        if r["set"] in SETS
    )  # fmt: skip
    heads = (
        "language",
        "set",
        "tokenizer",
        "entries",
        "tokens",
        "characters / token",
        "bytes / token",
        "split rate",
        "lines lost",
    )
    return (
        '<details><summary>All figures as a table</summary><div class="wide" tabindex="0" role="region" aria-label="All figures">'
        f'<table class="plain"><thead><tr>{"".join(f"""<th scope="col">{h}</th>""" for h in heads)}</tr></thead><tbody>{body}'
        "</tbody></table></div></details>"
    )


# --- The reviewer's checklist: each check runs when asked, and says what it saw ------------------


def check_size(text: str) -> str:
    """Everything counted, below 5,000."""
    sizes = {name: our(name).n_vocab for name in available()}
    passed = all(size < 5000 for size in sizes.values())
    return _verdict(
        passed, ", ".join(f"{name}: {size:,} entries, all counted" for name, size in sizes.items())
    )


def check_ratio(text: str) -> str:
    """The strict ratio: on the text of the page, beside the recorded held-out figure."""
    recorded = {
        r["encoding"]: r["characters_per_token"]
        for r in results().get("rows", [])
        if r["set"] == "flores200_devtest" and r["encoding"] in ("hindi", "kannada") and r["kind"] == "ours"
    }
    here = {name: measure(our(name), [text]).characters_per_token for name in recorded}
    said = ", ".join(
        f"{name}: {value:.2f} characters per token recorded on FLORES-200 devtest, {here[name]:.2f} on your text now"
        for name, value in recorded.items()
    )
    return _verdict(bool(recorded) and min(recorded.values()) >= 3.2, said or "no recorded figures")


def check_lossless(text: str) -> str:
    """Your text and hard strings, encoded and decoded."""
    tried = [*HARD, text]
    failed = [
        one
        for name in available()
        for one in tried
        if our(name).decode(our(name).encode_ordinary(one)) != one
    ]
    return _verdict(
        not failed, f"{len(tried)} strings in {len(available())} tokenizers, {len(failed)} came back changed"
    )


def check_regex(text: str) -> str:
    """Whether the pattern keeps aksharas whole, where GPT-4's does not."""
    sample = text if any("\u0900" <= c < "\u0d00" for c in text) else "हिन्दी क्षत्रिय ಸ್ತ್ರೀ ಕನ್ನಡ"
    counts = [sum(_cut_inside(pattern, sample)) for pattern in (our("hindi").pat_str, CL100K_BASE)]
    return _verdict(
        counts[0] == 0,
        f"aksharas our pattern cuts: {counts[0]}; GPT-4's pattern cuts {counts[1]} of {len(aksharas(sample))}",
    )


def _cut_inside(pattern: str, text: str) -> list[bool]:
    ends: set[int] = set()
    at = 0
    for piece in pieces(pattern, text):
        at += len(piece)
        ends.add(at)
    inside = []
    at = 0
    for akshara in aksharas(text):
        inside.append(any(at < end < at + len(akshara) for end in ends))
        at += len(akshara)
    return inside


def _verdict(passed: bool, said: str) -> str:
    return f'<p class="check">{"✓ passed" if passed else "✗ failed"}: {escape(said)}</p>'


CHECKS = {
    "Vocabulary below 5,000": check_size,
    "Ratio 3.2 or more, in characters per token": check_ratio,
    "Lossless": check_lossless,
    "A regex that respects the script": check_regex,
}


def build(text: gr.Textbox, choice: gr.Dropdown) -> None:
    """The tab's components and events."""
    private: dict[str, Any] = {"api_visibility": "private", "queue": False, "show_progress": "hidden"}
    for label, check in CHECKS.items():
        with gr.Row(elem_classes="check-row"):
            button = gr.Button(f"Check: {label}", size="sm", scale=1, min_width=280)
            said = gr.HTML("", min_width=300)
        button.click(_safely(check), text, said, **private)
    gr.HTML(draw(), elem_id="scoreboard")


def _safely(check: Any) -> Any:
    def run(text: str) -> str:
        try:
            return str(check(text))
        except ValueError as error:
            return _verdict(False, str(error))

    return run

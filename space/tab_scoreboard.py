"""Scoreboard: the held-out figures of benchmarks/results, drawn, and the checks a reviewer would run."""

import json
from collections.abc import Callable
from functools import lru_cache
from html import escape
from math import log
from pathlib import Path
from typing import Any

import gradio as gr

from space import render
from space.choose import NAMES, available
from space.choose import ours as our
from space.events import AT_ONCE, PRIVATE
from space.tab_regex import torn
from space.words import say
from tokenizer import measure
from tokenizer.akshara import aksharas
from tokenizer.patterns import CL100K_BASE

TITLE = "Scoreboard"
HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "benchmarks" / "results" / "compression.json"
COMMAND = "make bench"
LANGUAGES = ("hindi", "kannada")
SETS = {
    "flores200_devtest": "FLORES-200 devtest",
    "udhr": "Universal Declaration of Human Rights",
    "heldout_mix": "held-out mix",
}
LIMIT, WANTED = 5_000, 3.2
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

Row = dict[str, Any]


@lru_cache(maxsize=1)
def results() -> dict[str, Any]:
    """The figures, or nothing if they were not measured."""
    if not RESULTS.is_file():
        return {}
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def draw(name: str = "flores200_devtest", language: str = "en") -> str:
    """A plot and bars for each language on one set, then all its figures, and where they come from."""
    rows = [row for row in results().get("rows", []) if row["set"] == name]
    if not rows:
        return render.message(say(language, "Not measured yet: run make bench."))
    curve = results().get("curve", []) if name == "flores200_devtest" else []
    charts = ""
    for spoken in LANGUAGES:
        own = sorted((r for r in rows if r["language"] == spoken), key=lambda r: -r["characters_per_token"])
        title = say(language, NAMES[spoken])
        charts += (
            f"<div><h2>{escape(title)}</h2>"
            f"{_plot(own, [r for r in curve if r['language'] == spoken], title, language)}{_bars(own, language)}</div>"
        )
    said = say(
        language,
        "Characters per token, on text that nothing was trained or chosen on. More is better: the same text in fewer tokens.",
    )
    return f'<p>{escape(said)}</p><div class="charts">{charts}</div>{_figures(rows, language)}{_sources(rows, language)}'


# --- The plot: compression against vocabulary size, on a logarithmic axis -------------------------

LEFT, RIGHT, TOP, BOTTOM = 34, 330, 12, 242  # where the plot lies in a drawing of 500 × 282
TICKS = (500, 1_000, 5_000, 20_000, 100_000, 250_000)
HIGHEST = 4.5


def _x(entries: int) -> float:
    return LEFT + (RIGHT - LEFT) * log(entries / 450) / log(300_000 / 450)


def _y(ratio: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * ratio / HIGHEST


def _plot(rows: list[Row], curve: list[Row], title: str, language: str) -> str:
    """Ours and the published vocabularies as points, each named at the right; our smaller ones as a line."""
    shown = [row for row in rows if row["kind"] in ("ours", "published")]
    axes = "".join(
        f'<line class="grid" x1="{_x(n):.0f}" y1="{TOP}" x2="{_x(n):.0f}" y2="{BOTTOM}"/>'
        f'<text x="{_x(n):.0f}" y="{BOTTOM + 15}" text-anchor="middle">{n // 1000 or 0.5:g}k</text>'
        for n in TICKS
    ) + "".join(
        f'<line class="grid" x1="{LEFT}" y1="{_y(n):.0f}" x2="{RIGHT}" y2="{_y(n):.0f}"/>'
        f'<text x="{LEFT - 6}" y="{_y(n) + 4:.0f}" text-anchor="end">{n}</text>'
        for n in range(5)
    )
    path = " ".join(f"{_x(r['n_vocab']):.1f},{_y(r['characters_per_token']):.1f}" for r in curve)
    line = f'<polyline class="ours" points="{path}"/>' if path else ""
    points, lowest = "", 0.0
    for row in shown:
        x, y = _x(row["n_vocab"]), _y(row["characters_per_token"])
        lowest = at = max(y, lowest + 13)  # names never lie on one another
        own = " ours" if row["kind"] == "ours" else ""
        points += (
            f'<line class="lead" x1="{x:.1f}" y1="{y:.1f}" x2="{RIGHT + 4}" y2="{at:.1f}"/>'
            f'<circle class="point{own}" cx="{x:.1f}" cy="{y:.1f}" r="{5 if own else 4}"/>'
            f'<text class="name{own}" x="{RIGHT + 8}" y="{at + 4:.1f}">{escape(_named(row, language))} {row["characters_per_token"]:.2f}</text>'
        )
    label = say(
        language, "{name}: characters per token against the number of entries; the table below has the figures",
        name=title,
    )  # fmt: skip
    axis = say(language, "entries in the vocabulary")
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(title)}"><svg class="curve" viewBox="0 0 500 282" role="img" aria-label="{escape(label)}">{axes}{line}{points}'
        f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 34}" text-anchor="middle">{escape(axis)}</text></svg></div>'
    )


def _named(row: Row, language: str) -> str:
    if row["kind"] == "ours":
        return say(language, "Ours: " + NAMES[row["encoding"]])
    return render.LABELS.get(row["encoding"], str(row["encoding"]))


def _bars(rows: list[Row], language: str) -> str:
    """Ours beside other trainers given the same text and the same size."""
    rows = [row for row in rows if row["kind"] != "published"]
    longest = max(row["characters_per_token"] for row in rows)
    head = say(language, "Trained on the same text to the same size")
    return f'<h3>{escape(head)}</h3><div class="bars">' + "".join(
        f'<div class="bar-row{" ours" if row["kind"] == "ours" else ""}"><span>{escape(_named(row, language))}</span>'
        f'<i style="width:{45 * row["characters_per_token"] / longest:.1f}%"></i><b>{row["characters_per_token"]:.2f}</b></div>'
        for row in rows
    ) + "</div>"  # fmt: skip


def _figures(rows: list[Row], language: str) -> str:
    cells = [
        [
            escape(_named(row, language)),
            escape(say(language, NAMES[row["language"]])),
            f"{row['n_vocab']:,}",
            f"{row['tokens']:,}",
            f"{row['characters_per_token']:.3f}",
            f"{row['bytes_per_token']:.3f}",
            f"{100 * row['split_rate']:.1f} %",
            f"{row['failed_lines']:,}",
        ]
        for row in sorted(rows, key=lambda row: (row["language"], row["tokens"]))
    ]
    heads = [
        say(language, "tokenizer"),
        say(language, "language"),
        say(language, "entries"),
        say(language, "tokens"),
        say(language, "characters/token"),
        say(language, "bytes/token"),
        say(language, "boundaries inside an akshara"),
        say(language, "lines lost"),
    ]
    title = say(language, "All figures as a table")
    return f"<details><summary>{escape(title)}</summary>{render.table(title, heads, cells)}</details>"


def _sources(rows: list[Row], language: str) -> str:
    sets = {row["language"]: row for row in rows}
    cells = [
        [
            escape(say(language, NAMES[spoken])),
            escape(say(language, SETS[row["set"]])),
            f"{row['lines']:,}",
            f'<code class="whole">{row["sha256"]}</code>',
            f'<code class="whole">{COMMAND}</code>',
        ]
        for spoken, row in sorted(sets.items())
    ]
    heads = [
        say(language, "language"),
        say(language, "set"),
        say(language, "lines"),
        "sha256",
        say(language, "command that measures it again"),
    ]
    return render.table(say(language, "Where the figures come from"), heads, cells)


# --- The reviewer's checklist: each check runs when asked, and says what it saw ------------------


def check_size(text: str, language: str = "en") -> str:
    """Everything counted, below 5,000."""
    sizes = {name: our(name).n_vocab for name in available()}
    said = [
        say(
            language, "{name}: {n:,} entries, with bytes and special tokens", name=say(language, NAMES[name]), n=n
        )
        for name, n in sizes.items()
    ]  # fmt: skip
    return _verdict(all(n < LIMIT for n in sizes.values()), said, language)


def check_ratio(text: str, language: str = "en") -> str:
    """The strict ratio: counted now on sentences written for this page, beside what was measured on FLORES-200."""
    passed, said = True, []
    recorded = {
        r["language"]: r["characters_per_token"]
        for r in results().get("rows", [])
        if r["set"] == "flores200_devtest" and r["encoding"] == r["language"]
    }
    for name in LANGUAGES:
        lines = (HERE / "samples" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        now, before = measure(our(name), lines).characters_per_token, recorded.get(name, 0.0)
        passed &= min(now, before) >= WANTED
        said.append(
            say(
                language,
                "{name}: {now:.2f} characters per token, counted now on {n} sentences written for this page; "
                "{before:.3f} when FLORES-200 devtest was measured",
                name=say(language, NAMES[name]), now=now, n=len(lines), before=before,
            )
        )  # fmt: skip
    return _verdict(passed, said, language)


def check_lossless(text: str, language: str = "en") -> str:
    """Your text and hard strings, encoded and decoded."""
    tried = [*HARD, text]
    failed = [
        one
        for name in available()
        for one in tried
        if our(name).decode_bytes(our(name).encode_ordinary(one)) != one.encode()
    ]
    said = say(
        language, "strings encoded and decoded: {n}, your text among them; tokenizers: {m}; came back changed: {failed}",
        n=len(tried), m=len(available()), failed=len(failed),
    )  # fmt: skip
    return _verdict(not failed, [said], language)


def check_regex(text: str, language: str = "en") -> str:
    """Whether the pattern keeps aksharas whole, where GPT-4's does not."""
    sample = text if any("\u0900" <= c < "\u0d00" for c in text) else "हिन्दी क्षत्रिय ಸ್ತ್ರೀ ಕನ್ನಡ"
    ours, theirs = (torn(pattern, sample) for pattern in (our("hindi").pat_str, CL100K_BASE))
    said = say(
        language, "aksharas in the text: {n:,}; torn by our pattern: {ours:,}; torn by GPT-4’s: {theirs:,}",
        n=len(aksharas(sample)), ours=ours, theirs=theirs,
    )  # fmt: skip
    return _verdict(ours == 0, [said], language)


def _verdict(passed: bool, said: list[str], language: str) -> str:
    word = say(language, "✓ passed") if passed else say(language, "✗ failed")
    lines = "".join(f"<br>{escape(one)}" for one in said)
    return f'<p class="check" role="status"><b>{escape(word)}</b>{lines}</p>'


CHECKS: dict[str, Callable[[str, str], str]] = {
    "Vocabulary below 5,000": check_size,
    "Ratio 3.2 or more, in characters per token": check_ratio,
    "Lossless": check_lossless,
    "A regex that respects the script": check_regex,
}


def build(text: gr.Textbox, choice: gr.Dropdown, language: gr.Dropdown) -> None:
    """The tab's components and events."""
    with gr.Row():
        every = gr.Button("Run all checks", scale=0, min_width=280, elem_id="all-checks")
    outs = []
    for label, check in CHECKS.items():
        with gr.Row(elem_classes="check-row"):
            button = gr.Button(label, size="sm", scale=1, min_width=280)
            outs.append(gr.HTML("", min_width=300))
        button.click(_safely(check), [text, language], outs[-1], **PRIVATE)
    every.click(
        lambda *given: [_safely(check)(*given) for check in CHECKS.values()],
        [text, language],
        outs,
        **PRIVATE,
    )
    # What was said in another language is not left standing.
    language.change(lambda: [""] * len(outs), None, outs, **AT_ONCE, **PRIVATE)
    with gr.Row():
        name = gr.Dropdown(
            [(shown, key) for key, shown in SETS.items()], value="flores200_devtest", label="Measured on",
            elem_id="measured-on", filterable=False, scale=0, min_width=360,
        )  # fmt: skip
    figures = gr.HTML(draw(), elem_id="scoreboard")
    gr.on([name.change, language.change], draw, [name, language], figures, **AT_ONCE, **PRIVATE)


def _safely(check: Callable[[str, str], str]) -> Callable[[str, str], str]:
    def run(text: str, language: str) -> str:
        try:
            return check(text, language)
        except (ValueError, OSError) as error:
            return _verdict(False, [str(error)], language)

    return run

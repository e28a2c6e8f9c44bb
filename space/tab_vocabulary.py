"""Vocabulary: every entry, searchable; and a word looked up in all four vocabularies."""

from html import escape
from typing import Any

import gradio as gr

from space.choose import available, choose
from space.choose import ours as our
from space.lookup import FILTERS, search
from space.render import LABELS, alone, language_of
from tokenizer import baseline
from tokenizer.baselines import BASELINES, BaselineError

TITLE = "Vocabulary"
SHOWN = 200
STRATA = ("bytes", "characters", "aksharas", "words", "phrases", "special")


def draw(name: str, query: str, stratum: str, only: list[str]) -> str:
    """What a query finds, as a table."""
    found = search(name, query[:200], stratum, tuple(only))
    rows = "".join(
        f'<tr><td>{e.id}</td><td class="big"{language_of(e.text or "")}>{alone(e.token)}</td>'
        f"<td><code>{e.token.hex(' ').upper()}</code></td><td>{e.stratum}</td></tr>"
        for e in found[:SHOWN]
    )
    more = f", the first {SHOWN} are shown" if len(found) > SHOWN else ""
    return (
        f"{everywhere(query)}<p>{len(found):,} entries{more}.</p>"
        '<table class="plain"><thead><tr><th scope="col">id = rank</th><th scope="col">entry</th>'
        f'<th scope="col">bytes</th><th scope="col">stratum</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def everywhere(word: str) -> str:
    """Whether a word is one token in each vocabulary, with and without the blank before it."""
    word = word.strip()[:60]
    if not word:
        return ""
    rows = ""
    for name in [choose(word), *reversed(BASELINES)]:
        try:
            encoding: Any = baseline(name) if name in BASELINES else our(name)
            cells = "".join(
                f"<td>{_as_tokens(encoding.encode_ordinary(form))}</td>" for form in (word, " " + word)
            )
        except BaselineError as error:
            cells = f'<td colspan="2">{escape(str(error))}</td>'
        except ValueError:
            return '<p class="note">That is no text: it has an unpaired surrogate.</p>'
        rows += f'<tr><th scope="row">{escape(LABELS.get(name, f"Ours ({name})"))}</th>{cells}</tr>'
    return (
        f'<table class="plain"><caption>Is {escape(word)} one token?</caption><thead><tr><th scope="col">tokenizer</th>'
        f'<th scope="col">alone</th><th scope="col">after a blank</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _as_tokens(ids: list[int]) -> str:
    return f"one token, rank {ids[0]:,}" if len(ids) == 1 else f"{len(ids)} tokens"


def build(text: gr.Textbox, choice: gr.Dropdown) -> None:
    """The tab's components and events."""
    private: dict[str, Any] = {"api_visibility": "private", "queue": False, "show_progress": "hidden"}
    with gr.Row():
        query = gr.Textbox("भारत", label="Text, an id, or bytes as 0x…", elem_id="query", max_length=200)
        name = gr.Dropdown(available(), value=available()[0], label="Vocabulary")
        stratum = gr.Dropdown([("all", ""), *((s, s) for s in STRATA)], value="", label="Stratum")
    only = gr.CheckboxGroup(list(FILTERS), label="Only entries that are or have", value=[])
    out = gr.HTML(draw(available()[0], "भारत", "", []), elem_id="found")
    gr.on([query.change, name.change, stratum.change, only.change], draw, [name, query, stratum, only], out,
          trigger_mode="always_last", **private)  # fmt: skip

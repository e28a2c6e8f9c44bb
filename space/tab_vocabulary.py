"""Vocabulary: every entry, searchable; and a word looked up in all four vocabularies."""

from html import escape
from typing import Any

import gradio as gr

from space import render
from space.choose import NAMES, available, choose
from space.choose import ours as our
from space.events import AT_ONCE, PRIVATE
from space.lookup import FILTERS, search
from space.words import say
from tokenizer import baseline
from tokenizer.baselines import BASELINES, BaselineError

TITLE = "Vocabulary"
SHOWN = 200
WORD = "भारत"  # looked up until the visitor asks for another
STRATA = ("bytes", "characters", "aksharas", "words", "phrases", "special")


def draw(name: str, query: str, stratum: str, only: list[str], language: str = "en") -> str:
    """What a query finds, as a table."""
    found = search(name, query[:200], stratum, tuple(only))
    said = say(language, "Entries found: {n:,}.", n=len(found))
    if not found:
        said += " " + say(
            language, "Search by part of a word, an id such as 1935, or bytes such as 0xE0A4AD."
        )
    elif len(found) > SHOWN:
        said += " " + say(language, "The first {n} are shown.", n=SHOWN)
    rows = [
        [
            f"{e.id}",
            f'<span class="big"{render.language_of(e.text or "")}>{render.alone(e.token)}</span>',
            f"<code>{e.token.hex(' ').upper()}</code>",
            escape(say(language, e.stratum)),
        ]
        for e in found[:SHOWN]
    ]
    heads = [
        say(language, "id (also its rank)"),
        say(language, "entry"),
        say(language, "bytes"),
        say(language, "stratum"),
    ]
    table = render.table(say(language, "Entries of the vocabulary"), heads, rows) if found else ""
    return f'{everywhere(query, language)}<p role="status">{escape(said)}</p>{table}'


def everywhere(word: str, language: str = "en") -> str:
    """Whether a word is one token in each vocabulary, with and without the blank before it."""
    word = word.strip()[:60]
    if not word:
        return ""
    rows = []
    for name in [choose(word), *reversed(BASELINES)]:
        label = render.LABELS.get(name) or say(language, "Ours: " + NAMES[name])
        try:
            encoding: Any = baseline(name) if name in BASELINES else our(name)
            cells = [_as_tokens(encoding, form, language) for form in (word, " " + word)]
        except BaselineError as error:
            cells = [escape(str(error)), "–"]
        except ValueError:
            return render.message(say(language, "That is no text: it has an unpaired surrogate."))
        rows.append([escape(label), *cells])
    heads = [say(language, "tokenizer"), say(language, "alone"), say(language, "after a blank")]
    return render.table(say(language, "Is “{word}” one token?", word=word), heads, rows)


def _as_tokens(encoding: Any, text: str, language: str) -> str:
    ids = encoding.encode_ordinary(text)
    if len(ids) == 1:
        return f"<b>{escape(say(language, '✓ one token, rank {rank:,}', rank=ids[0]))}</b>"
    return escape(say(language, "{n} tokens", n=len(ids)))


def build(text: gr.Textbox, choice: gr.Dropdown, language: gr.Dropdown) -> dict[str, Any]:
    """The tab's components and events; gives what draws it."""
    with gr.Row():
        query = gr.Textbox(WORD, label="Text, an id, or bytes as 0x…", elem_id="query", max_length=200)
        name = gr.Dropdown([(NAMES[n], n) for n in available()], value=available()[0], label="Vocabulary")
        stratum = gr.Dropdown([("all", ""), *((s, s) for s in STRATA)], value="", label="Stratum")
    only = gr.CheckboxGroup(
        [(key, key) for key in FILTERS], label="Only entries of this kind", value=[], elem_id="only"
    )
    out = gr.HTML(elem_id="found")
    drawing: dict[str, Any] = {"fn": draw, "inputs": [name, query, stratum, only, language], "outputs": out}
    gr.on(
        [query.change, name.change, stratum.change, only.change],
        trigger_mode="always_last",
        **drawing,
        **PRIVATE,
    )
    language.change(**drawing, **AT_ONCE, **PRIVATE)
    return drawing

"""Any tokenizer beside ours: a Hub repository the visitor names, read as data, never as code."""

from functools import lru_cache

import gradio as gr

from space import render
from space.choose import MAX_CHARACTERS, NAMES, choose
from space.choose import ours as our
from space.events import AT_ONCE, PRIVATE
from space.words import say
from tokenizer.hub import HubError, HubTokenizer, foreign
from tokenizer.metrics import Measure
from tokenizer.segments import runs

TITLE = "Any tokenizer"
ASK = "Name a repository on the Hub, owner/name, that has a tokenizer.json. Your text stays here: only the tokenizer is fetched."


@lru_cache(maxsize=2)
def _fetched(name: str) -> HubTokenizer:
    return foreign(name)


def draw(name: str, text: str, choice: str, language: str = "en") -> str:
    """Both counts, and the other tokenizer's tokens; or why it cannot be shown."""
    name, text = name.strip(), text[:MAX_CHARACTERS]
    if not name or not text:
        return render.message(say(language, ASK))
    try:
        mine = choose(text, choice)
        ours = our(mine)
        ids = ours.encode_ordinary(text)
        other = _fetched(name)
        theirs = other.encode_ordinary(text)
    except (HubError, ValueError) as error:
        return render.message(str(error))
    sizes = {"characters": len(text), "bytes": len(text.encode())}
    rows = [
        (say(language, "Ours: " + NAMES[mine]), Measure(tokens=len(ids), **sizes)),
        (name, Measure(tokens=len(theirs), **sizes)),
    ]
    tokens = other.tokens(text, theirs)
    lossless = b"".join(tokens) == text.encode()
    counts = render.bars(rows, [], "", ours.decode_bytes(ids) == text.encode(), language)
    shown = render.DRAWN // 5
    chips = render.chips(theirs[:shown], tokens[:shown])
    if not lossless:
        lost = say(
            language, "{name} does not give the text back: it normalises it or drops characters.", name=name
        )
        return counts + render.message(lost) + chips
    whole = render.reading(name, text, tokens) if len(tokens) <= shown and runs(text, tokens) else ""
    return counts + whole + chips


def build(text: gr.Textbox, choice: gr.Dropdown, language: gr.Dropdown) -> None:
    """The tab's components and events."""
    with gr.Row(elem_classes="ask"):
        name = gr.Textbox(
            label="A repository on the Hub", placeholder="owner/name", elem_id="hub-name", max_length=120
        )
        button = gr.Button("Show it beside ours", scale=0, min_width=180)
    out = gr.HTML(render.message(ASK), elem_id="hub")
    # What was asked for last, so that another language tells it again and never fetches a name half typed.
    asked = gr.State("")
    gr.on(
        [name.submit, button.click], lambda name: name, name, asked, **PRIVATE,
    ).then(
        draw, [asked, text, choice, language], out,
        api_visibility="private", show_progress="full", concurrency_limit=2,
    )  # fmt: skip
    language.change(
        draw, [asked, text, choice, language], out,
        **AT_ONCE, **PRIVATE,
    )  # fmt: skip

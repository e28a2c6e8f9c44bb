"""Any tokenizer beside ours: a Hub repository the visitor names, read as data, never as code."""

from functools import lru_cache

import gradio as gr

from space import render
from space.choose import MAX_CHARACTERS, choose
from space.choose import ours as our
from tokenizer.hub import HubError, HubTokenizer, foreign
from tokenizer.metrics import Measure
from tokenizer.segments import runs

TITLE = "Any tokenizer"


@lru_cache(maxsize=2)
def _fetched(name: str) -> HubTokenizer:
    return foreign(name)


def draw(name: str, text: str, choice: str) -> str:
    """Both counts, and the other tokenizer's tokens; or why it cannot be shown."""
    text = text[:MAX_CHARACTERS]
    if not name.strip() or not text:
        return render.message("Name a repository on the Hub, owner/name, that has a tokenizer.json.")
    try:
        mine = choose(text, choice)
        ours = our(mine)
        ids = ours.encode_ordinary(text)
        other = _fetched(name.strip())
        theirs = other.encode_ordinary(text)
    except (HubError, ValueError) as error:
        return render.message(str(error))
    sizes = {"characters": len(text), "bytes": len(text.encode())}
    rows = [
        (f"Ours ({mine})", Measure(tokens=len(ids), **sizes)),
        (name.strip(), Measure(tokens=len(theirs), **sizes)),
    ]
    tokens = other.tokens(text, theirs)
    lossless = b"".join(tokens) == text.encode()
    counts = render.bars(rows, {}, "", ours.decode_bytes(ids) == text.encode())
    shown = render.DRAWN // 5
    if not lossless:
        note = render.message(
            f"{name.strip()} does not give the text back: it normalises it or drops characters."
        )
        return counts + note + render.chips(theirs[:shown], tokens[:shown])
    whole = render.reading(name.strip(), text, tokens) if len(tokens) <= shown and runs(text, tokens) else ""
    return counts + whole + render.chips(theirs[:shown], tokens[:shown])


def build(text: gr.Textbox, choice: gr.Dropdown) -> None:
    """The tab's components and events."""
    with gr.Row():
        name = gr.Textbox(
            label="A repository on the Hub", placeholder="owner/name", elem_id="hub-name", max_length=120
        )
        button = gr.Button("Show it beside ours", scale=0, min_width=180)
    out = gr.HTML(draw("", "", "automatic"), elem_id="hub")
    gr.on(
        [name.submit, button.click], draw, [name, text, choice], out,
        api_visibility="private", show_progress="minimal", concurrency_limit=2,
    )  # fmt: skip

"""Watch it merge: from bytes to tokens, one merge at a time, in ours and in a baseline."""

from html import escape
from typing import Any

import gradio as gr
import regex

from space.choose import choose
from space.choose import ours as our
from space.render import LABELS, chips
from tokenizer import baseline
from tokenizer.baselines import BASELINES
from tokenizer.patterns import compiled

TITLE = "Watch it merge"
LONGEST = 120  # characters

EXAMPLES = {
    "हिन्दी": "हिन्दी में क्षत्रिय",
    "ಕನ್ನಡ": "ಕನ್ನಡ ಸ್ತ್ರೀ",
    "with and without a blank": "भारत भारत",
    "capitals": "Hello hello HELLO",
    "numbers": "127 + 677 = 804",
    "Python": "for i in range(3):\n    print(i)",
    "what GPT-2 shreds": "मुझे हिन्दी आती है",
}

State = list[bytes]


def states(ranks: dict[bytes, int], cut: list[str]) -> list[tuple[State, str]]:
    """Every state from bytes to tokens, with the merge that made it: the lowest rank anywhere first.

    >>> ranks = {b"a": 0, b"b": 1, b"ab": 2, b"abb": 3}
    >>> [state for state, _ in states(ranks, ["abb"])]
    [[b'a', b'b', b'b'], [b'ab', b'b'], [b'abb']]
    """
    parts = [[bytes([byte]) for byte in piece.encode()] for piece in cut]
    found = [([token for part in parts for token in part], "the bytes")]
    while True:
        best = min(
            (
                (ranks[left + right], at, place)
                for at, part in enumerate(parts)
                for place, (left, right) in enumerate(zip(part, part[1:], strict=False))
                if left + right in ranks
            ),
            default=None,
        )
        if best is None:
            return found
        rank, at, place = best
        part = parts[at]
        parts[at] = [*part[:place], part[place] + part[place + 1], *part[place + 2 :]]
        found.append(([token for own in parts for token in own], f"merge of rank {rank:,}"))


def history(text: str, name: str) -> tuple[list[tuple[State, str]], dict[bytes, int]]:
    """The states of a text in one tokenizer, and its ranks."""
    encoding: Any = baseline(name) if name in BASELINES else our(name)
    ranks = encoding._mergeable_ranks if name in BASELINES else encoding.mergeable_ranks
    pattern = encoding._pat_str if name in BASELINES else encoding.pat_str
    return states(ranks, compiled(pattern).findall(text)), ranks


def draw(text: str, choice: str, beside: str, step: float) -> str:
    """Both tokenizers after a share of their merges (0 to 100 per cent), beside other ways to cut."""
    text = text[:LONGEST]
    try:
        names = [choose(text, choice), beside]
        text.encode()
    except ValueError as error:
        return f'<p class="note">{escape(str(error))}</p>'
    drawn = ""
    for name in names:
        found, ranks = history(text, name)
        at = round(step / 100 * (len(found) - 1))
        state, what = found[at]
        label = LABELS.get(name, "Ours")
        drawn += (
            f"<h2>{escape(label)}: {len(state)} after {at} of {len(found) - 1} merges</h2>"
            f'<p class="note">{escape(what)}</p>{chips([ranks[token] for token in state], state)}'
        )
    clusters = len(regex.findall(r"\X", text))
    return drawn + (
        f'<p class="note">The same text is {len(text.encode()):,} bytes, {len(text):,} characters, '
        f"{clusters:,} grapheme clusters, {len(text.split()):,} words.</p>"
    )


def build(text: gr.Textbox, choice: gr.Dropdown, language: gr.Dropdown) -> None:
    """The tab's components and events."""
    private: dict[str, Any] = {"api_visibility": "private", "queue": False, "show_progress": "hidden"}
    own = gr.Textbox("हिन्दी में क्षत्रिय", label=f"A word or a sentence (at most {LONGEST} characters)", max_length=LONGEST,
                     elem_id="merge-text")  # fmt: skip
    with gr.Row(elem_classes="examples"):
        buttons = {label: gr.Button(label, size="sm", min_width=60) for label in EXAMPLES}
    with gr.Row():
        step = gr.Slider(
            0,
            100,
            100,
            step=1,
            label="How far: bytes → tokens (per cent of the merges)",
            elem_id="merge-step",
        )
        beside = gr.Dropdown([(LABELS[n], n) for n in reversed(BASELINES)], value="gpt2", label="Beside")
    out = gr.HTML(draw("हिन्दी में क्षत्रिय", "automatic", "gpt2", 100), elem_id="merging")
    for label, button in buttons.items():
        button.click(lambda label=label: (EXAMPLES[label], 0), None, [own, step], **private)
    gr.on([own.change, choice.change, beside.change, step.change], draw, [own, choice, beside, step], out,
          trigger_mode="always_last", **private)  # fmt: skip

"""Watch it merge: from bytes to tokens, one merge at a time, in ours and in a baseline."""

import json
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from space.choose import choose
from space.events import AT_ONCE, PRIVATE
from space.inspector import step_in_words
from space.render import COLOURS, LABELS, alone, language_of, listing
from space.steps import Tree, grow, leaf, pattern_of, ranks_of
from space.words import say
from tokenizer.akshara import aksharas
from tokenizer.baselines import BASELINES
from tokenizer.patterns import CHUNK, pieces

TITLE = "Watch it merge"
LONGEST = 120  # characters

EXAMPLES = {
    "हिन्दी": "हिन्दी में क्षत्रिय",
    "ಕನ್ನಡ": "ಕನ್ನಡ ಸ್ತ್ರೀ",
    "with and without a space": "भारत भारत",
    "capitals": "egg Egg EGG",
    "numbers": "127 + 677 = 804",
    "Python": "for i in range(3):\n    if i % 2:\n        print(i)",
    "what GPT-2 shreds": "मुझे हिन्दी आती है",
}

SCRIPT = (Path(__file__).resolve().parent / "merging.js").read_text(encoding="utf-8")

# Buttons of the stepper: what they do, their sign and their name.
BUTTONS = (
    ("first", "«", "To the bytes"),
    ("back", "‹", "One merge back"),
    ("play", "▶\ufe0e", "Play"),
    ("on", "›", "One merge on"),
    ("last", "»", "To the tokens"),
)


def draw(text: str, choice: str, beside: str, language: str = "en") -> str:
    """Both tokenizers after their last merge, every step for the browser, and other ways to cut the text."""
    text = text[:LONGEST]
    if not text:
        return f'<p class="note" role="status">{escape(say(language, "Type a word above, or choose an example."))}</p>'
    try:
        names = [choose(text, choice), beside]
        text.encode()
        found = [history(text, name) for name in names]
    except ValueError as error:
        return f'<p class="note" role="status">{escape(str(error))}</p>'
    most = max(len(steps) for _, steps in found)
    return (
        f'<div class="stepper">{_controls(most, language)}<div class="duo">'
        f"{''.join(_lane(name, *own, language) for name, own in zip(names, found, strict=True))}</div>"
        f'<p class="note">{escape(say(language, "Where the gap is wide, the split regex cuts: no merge crosses it."))}</p>'
        f"{_other_ways(text, language)}</div>"
    )


def history(text: str, name: str) -> tuple[list[tuple[Tree, bool]], list[tuple[int, Tree]]]:
    """The bytes of a text, each with whether it ends a piece, and the merges: place and what was made.

    >>> start, steps = history("भा", "hindi")
    >>> len(start), [made.token.decode("utf-8", "replace") for _, made in steps][-1]
    (6, 'भा')
    """
    ranks = ranks_of(name)
    cut = [piece.encode() for piece in pieces(pattern_of(name), text)]
    start = [(leaf(ranks, byte), at == len(piece) - 1) for piece in cut for at, byte in enumerate(piece)]
    return start, grow(ranks, cut)[1]


def _lane(name: str, start: list[tuple[Tree, bool]], steps: list[tuple[int, Tree]], language: str) -> str:
    """One tokenizer: its tokens at the end, and what the browser needs to go back."""
    # A chip keeps the colour of its first character, and the gap after its piece, through all merges.
    colour = -1
    looks: list[tuple[str, str]] = []
    for part, ends in start:
        colour += part.token[0] & 0xC0 != 0x80
        looks.append((f"c{colour % COLOURS}", " p" if ends else ""))
    first = [_chip(part, look) for (part, _), look in zip(start, looks, strict=True)]
    chips = list(first)
    told = []
    for number, (at, made) in enumerate(steps, 1):
        looks[at : at + 2] = [(looks[at][0], looks[at + 1][1])]
        chips[at : at + 2] = [_chip(made, looks[at])]
        words = say(language, "Merge {n} of {all}:", n=number, all=len(steps))
        told.append([at, chips[at], f"{escape(words)} {step_in_words(name, made, language)}"])
    label = LABELS.get(name, say(language, "Ours"))
    tokens = escape(say(language, "{name}, tokens: {n}", name=label, n="\0"))
    data = {
        "start": first,
        "steps": told,
        "none": escape(say(language, "The bytes: nothing is merged yet.")),
        "tokens": tokens,
    }
    return (
        f'<section data-steps="{escape(json.dumps(data, ensure_ascii=False, separators=(",", ":")))}">'
        f"<h2>{tokens.replace(chr(0), str(len(chips)))}</h2>"
        f'<p class="said" role="status">{told[-1][2] if told else data["none"]}</p>'
        f"{listing(name, ''.join(chips), language)}</section>"
    )


def _chip(part: Tree, look: tuple[str, str]) -> str:
    return (
        f'<span class="chip {look[0]}{look[1]}" role=option><span{language_of(part.token.decode("utf-8", "ignore"))}>'
        f"{alone(part.token)}</span><small>{part.rank}</small></span>"
    )


def _controls(most: int, language: str) -> str:
    buttons = "".join(
        f'<button type="button" data-do="{what}" aria-label="{escape(say(language, name))}">{sign}</button>'
        for what, sign, name in BUTTONS
    )
    label = escape(say(language, "Merges made"))
    return (
        f'<div class="controls" role="group" aria-label="{label}">{buttons}'
        f'<input type="range" min="0" max="{most}" value="{most}" aria-label="{label}">'
        f'<span class="at" aria-hidden="true">{most} / {most}</span></div>'
    )


def _other_ways(text: str, language: str) -> str:
    """The same text cut without learning anything: how many parts, and the parts."""
    ways = {
        "bytes": [f"<code>{byte:02X}</code>" for byte in text.encode()],
        "characters": [alone(character.encode()) for character in text],
        "aksharas": [alone(akshara.encode()) for akshara in aksharas(text)],
        "words": [alone(word.encode()) for word in CHUNK.findall(text)],
    }
    rows = "".join(
        f'<tr><th scope="row">{escape(say(language, name))}</th><td><b>{len(cut)}</b></td><td class="ways">'
        f"{''.join(f'<span{language_of(part)}>{part}</span>' for part in cut)}</td></tr>"
        for name, cut in ways.items()
    )
    caption = escape(say(language, "The same text, cut in other ways"))
    return f'<div class="wide"><table class="plain"><caption>{caption}</caption><tbody>{rows}</tbody></table></div>'


def build(text: gr.Textbox, choice: gr.Dropdown, language: gr.Dropdown) -> dict[str, Any]:
    """The tab's components and events; gives what draws it."""
    first = EXAMPLES["हिन्दी"]
    with gr.Row():
        own = gr.Textbox(first, label="A word or a sentence, at most 120 characters", max_length=LONGEST, lines=1, max_lines=3,
                         elem_id="merge-text", scale=4, min_width=240)  # fmt: skip
        beside = gr.Dropdown([(LABELS[n], n) for n in reversed(BASELINES)], value="gpt2", label="Beside",
                             min_width=120)  # fmt: skip
    with gr.Row(elem_classes="examples"):
        for label, example in EXAMPLES.items():
            gr.Button(label, size="sm", min_width=60).click(
                None, None, own, js=f"() => {json.dumps(example)}", **PRIVATE
            )
    out = gr.HTML(elem_id="merging", js_on_load=SCRIPT)
    drawing: dict[str, Any] = {"fn": draw, "inputs": [own, choice, beside, language], "outputs": out}
    gr.on([own.change, beside.change], trigger_mode="always_last", **drawing, **PRIVATE)
    gr.on([choice.change, language.change], **drawing, **AT_ONCE, **PRIVATE)
    return drawing

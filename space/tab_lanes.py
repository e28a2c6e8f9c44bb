"""Compare: the four tokenizers one above the other, word under word, and what the difference comes to."""

from html import escape
from itertools import accumulate
from math import isfinite

import gradio as gr

from space.choose import MAX_CHARACTERS, choose
from space.choose import ours as our
from space.events import PRIVATE
from space.render import COLOURS, LABELS, language_of, stripes
from space.words import say
from tokenizer import baseline
from tokenizer.baselines import BASELINES, BaselineError
from tokenizer.metrics import Tokenizes
from tokenizer.patterns import CHUNK
from tokenizer.segments import runs

TITLE = "Compare"
WORDS = 120  # drawn; all are counted
PRICE = 2.5  # dollars for a million tokens of input, a usual price of large hosted models
WINDOW = 128_000  # tokens of context, a usual size


def draw(text: str, choice: str, language: str = "en") -> str:
    """The lanes, and what the difference means."""
    lanes = _lanes(text, choice)
    counts = _counts(text, lanes)
    words = CHUNK.findall(text)[:WORDS]
    shown = "".join(words)
    cut = {label: _by_word(shown, words, encoding) for label, encoding in lanes.items()}
    columns = "".join(_column(at, cut) for at in range(len(words)))
    heads = "".join(
        f'<span class="lane">{escape(_name(label, language))} <b>{n:,}</b></span>'
        for label, n in counts.items()
    )
    more = say(language, "The first {n} words are drawn.", n=WORDS) if len(shown) < len(text) else ""
    return (
        f"{meaning(counts, language)}"
        f'<div class="lanes" tabindex="0" role="region" aria-label="{escape(say(language, TITLE))}">'
        f'<div class="word heads">{heads}</div>{columns}</div>'
        f'<p class="note">{escape(more)}</p>'
    )


def _lanes(text: str, choice: str) -> dict[str, Tokenizes]:
    lanes: dict[str, Tokenizes] = {"Ours": our(choose(text, choice))}
    for other in reversed(BASELINES):
        try:
            lanes[LABELS[other]] = baseline(other)
        except BaselineError:
            continue  # the first tab says which are missing
    return lanes


def _counts(text: str, lanes: dict[str, Tokenizes]) -> dict[str, int]:
    return {label: len(encoding.encode_ordinary(text)) for label, encoding in lanes.items()}


def _name(label: str, language: str) -> str:
    return say(language, label) if label == "Ours" else label


def meaning(counts: dict[str, int], language: str = "en") -> str:
    """What the difference is, in two sentences.

    >>> meaning({"Ours": 10, "GPT-4": 9})
    '<p class="meaning">GPT-4 needs <b>0.9 ×</b> as many tokens for this text. </p>'
    """
    ours = counts["Ours"] or 1
    others = {label: n / ours for label, n in counts.items() if label != "Ours"}
    if not others:
        return ""
    needs = escape(say(language, "{name} needs {times} ×", name="\1", times="\2"))
    each = [
        needs.replace("\1", label)
        .replace("\2 ×", f"<b>{times:.1f} ×</b>")
        .replace("\2", f"<b>{times:.1f}</b>")
        for label, times in others.items()
    ]
    first = escape(say(language, "{list} as many tokens for this text.", list="\0")).replace(
        "\0", ", ".join(each)
    )
    label, times = max(others.items(), key=lambda item: item[1])
    room = "With {name} the same text takes {times} times the room in a context window, and costs as many times more."
    second = escape(say(language, room, name=label, times=f"{times:.1f}")) if times > 1 else ""
    return f'<p class="meaning">{first} {second}</p>'


def _by_word(text: str, words: list[str], encoding: Tokenizes) -> list[list[tuple[str, int, int]]]:
    """For each word the runs in it: their text, first and last token."""
    tokens = [encoding.decode_single_token_bytes(i) for i in encoding.encode_ordinary(text)]
    ends = list(accumulate(map(len, words)))
    found: list[list[tuple[str, int, int]]] = [[] for _ in words]
    at = word = 0
    for run in runs(text, tokens):
        rest = run.text
        while rest:
            taken = rest[: ends[word] - at]
            found[word].append((taken, run.first, run.last))
            at, rest = at + len(taken), rest[len(taken) :]
            word += at == ends[word]
    return found


def _column(at: int, cut: dict[str, list[list[tuple[str, int, int]]]]) -> str:
    lanes = []
    cuts = []
    for lane in cut.values():
        start = lane[at][0][1]
        cuts.append([(text, first - start, last - start) for text, first, last in lane[at]])
        used = lane[at][-1][2] - start + 1
        lanes.append(
            f'<span class="lane">{"".join(_piece(*piece) for piece in lane[at])}<small>{used}</small></span>'
        )
    # The two first lanes are ours and the best of the others.
    return f'<div class="word{" same" if cuts[:1] == cuts[1:2] else ""}">{"".join(lanes)}</div>'


def _piece(text: str, first: int, last: int) -> str:
    """A run; one that several tokens share is dotted underneath and striped."""
    if first == last:
        return f'<span class="t c{first % COLOURS}"{language_of(text)}>{escape(text)}</span>'
    return f'<span class="t s"{language_of(text)} {stripes(first, last)}>{escape(text)}</span>'


def estimate(text: str, choice: str, price: float | None, window: float | None, language: str = "en") -> str:
    """How much text a context window holds, and what a million words cost."""
    text = text[:MAX_CHARACTERS]
    good = all(isinstance(n, (int, float)) and isfinite(n) and 0 < n <= 1e9 for n in (price, window))
    if not text.strip() or price is None or window is None or not good:
        return f'<p class="note" role="status">{escape(say(language, "It takes a text, a price and a window above zero."))}</p>'
    try:
        counts = _counts(text, _lanes(text, choice))
    except ValueError as error:
        return f'<p class="note" role="status">{escape(str(error))}</p>'
    words = len(text.split())
    rows = "".join(
        f'<tr><th scope="row">{escape(_name(label, language))}</th><td>{n / words:.2f}</td>'
        f"<td>{round(window * words / n):,}</td><td>${price * n / words:,.2f}</td></tr>"
        for label, n in counts.items()
    )
    heads = "".join(
        f'<th scope="col">{escape(say(language, name))}</th>'
        for name in ("tokenizer", "tokens a word", "words in the window", "a million words")
    )
    note = say(
        language,
        "If a model used this tokenizer, and all text were like these {n} words. Words are what stands between spaces.",
        n=f"{words:,}",
    )
    return (
        f'<div class="wide"><table class="plain numbers"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="note">{escape(note)}</p>'
    )


def build_more(text: gr.Textbox, choice: gr.Dropdown, lanes: gr.HTML, language: gr.Dropdown) -> None:
    """Around the lanes: which words are shown, the visitor's price and window, and what follows from them."""
    # The style sheet puts it above the lanes and does its work: it stays as it is when they are drawn anew.
    gr.Checkbox(label="only words that ours and GPT-4o cut differently", elem_id="only-different", container=False,
                interactive=True)  # fmt: skip
    with gr.Row(elem_classes="assumed"):
        price = gr.Number(PRICE, label="Dollars for a million tokens", elem_id="price", min_width=150)
        window = gr.Number(WINDOW, label="Context window, in tokens", elem_id="window",
                           min_width=150)  # fmt: skip
    out = gr.HTML(elem_id="estimate")
    gr.on(
        [lanes.change, price.change, window.change], estimate, [text, choice, price, window, language], out,
        trigger_mode="always_last", **PRIVATE,
    )  # fmt: skip

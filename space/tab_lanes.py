"""Compare: the four tokenizers one above the other, word under word."""

from html import escape
from itertools import accumulate

import regex

from space.choose import choose
from space.choose import ours as our
from space.render import COLOURS, LABELS, language_of
from tokenizer import baseline
from tokenizer.baselines import BASELINES, BaselineError
from tokenizer.metrics import Tokenizes
from tokenizer.segments import runs

TITLE = "Compare"
WORDS = 120  # drawn; all are counted
PRICE = 2.5  # dollars for a million tokens of input, a usual price of large hosted models
WINDOW = 128_000  # tokens of context, a usual size

_WORD = regex.compile(r"\s*\S+|\s+")


def draw(text: str, choice: str, language: str = "en") -> str:
    """The lanes, what the difference means, and an estimate of what it costs."""
    name = choose(text, choice)
    lanes: dict[str, Tokenizes] = {"Ours": our(name)}
    for other in reversed(BASELINES):
        try:
            lanes[LABELS[other]] = baseline(other)
        except BaselineError:
            continue  # the first tab says which are missing
    counts = {label: len(encoding.encode_ordinary(text)) for label, encoding in lanes.items()}
    words = _WORD.findall(text)[:WORDS]
    shown = "".join(words)
    cut = {label: _by_word(shown, words, encoding) for label, encoding in lanes.items()}
    columns = "".join(_column(at, cut) for at in range(len(words)))
    heads = "".join(f'<span class="lane">{escape(label)}: <b>{n:,}</b></span>' for label, n in counts.items())
    more = f'<p class="note">The first {WORDS} words are drawn.</p>' if len(shown) < len(text) else ""
    return (
        f"{meaning(counts)}"
        '<label class="only"><input type="checkbox" class="only-different"> only words where ours and another differ'
        f'</label><div class="lanes"><div class="word heads">{heads}</div>{columns}</div>{more}'
        f"{estimate(text, counts)}"
    )


def meaning(counts: dict[str, int]) -> str:
    """What the difference is, in a sentence.

    >>> meaning({"Ours": 10, "GPT-4": 49})
    '<p class="meaning">GPT-4 needs <b>4.9 ×</b> as many tokens for this text.</p>'
    """
    ours = counts["Ours"] or 1
    others = [f"{label} needs <b>{n / ours:.1f} ×</b>" for label, n in counts.items() if label != "Ours"]
    return f'<p class="meaning">{", ".join(others)} as many tokens for this text.</p>' if others else ""


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
    sizes = set()
    for lane in cut.values():
        pieces = lane[at]
        sizes.add(
            len({(first, last) for _, first, last in pieces}) + sum(last - first for _, first, last in pieces)
        )
        drawn = "".join(
            f'<span class="t {"s many" if last > first else f"c{first % COLOURS}"}"{language_of(text)}>{escape(text)}'
            f"{f'<small>{last - first + 1}</small>' if last > first else ''}</span>"
            for text, first, last in pieces
        )
        lanes.append(f'<span class="lane">{drawn}</span>')
    return f'<div class="word{" same" if len(sizes) == 1 else ""}">{"".join(lanes)}</div>'


def estimate(text: str, counts: dict[str, int]) -> str:
    """How much text a context window holds, and what a million words cost."""
    words = len(text.split()) or 1
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{n / words:.2f}</td><td>{round(WINDOW * words / max(n, 1)):,}</td>'
        f"<td>${PRICE * n / words:,.2f}</td></tr>"
        for label, n in counts.items()
    )
    return (
        '<table class="plain"><caption>If a model used this tokenizer, for text like yours</caption><thead><tr>'
        f'<th scope="col">tokenizer</th><th scope="col">tokens a word</th><th scope="col">words in {WINDOW:,} tokens</th>'
        f'<th scope="col">a million words at ${PRICE:.2f} a million tokens</th></tr></thead><tbody>{rows}</tbody></table>'
    )

"""Why the regex matters: the same text cut by each tokenizer's split regex, before any merging."""

from collections.abc import Sequence
from html import escape
from itertools import accumulate

import regex

from space import render
from space.words import say
from tokenizer.akshara import aksharas
from tokenizer.patterns import (
    CL100K_BASE,
    CONTRACTION,
    DIGITS,
    GPT2,
    INDIC,
    INDIC_PHRASES,
    O200K_BASE,
    PHRASE,
    PUNCTUATION,
    SPACE,
    pieces,
)

TITLE = "Why the regex matters"
DRAWN = 600  # characters
EACH = 40  # pieces of a part

PATTERNS = {
    "Ours, while words are learned": INDIC,
    "Ours, as shipped": INDIC_PHRASES,
    "GPT-4o": O200K_BASE,
    "GPT-4": CL100K_BASE,
    "GPT-2": GPT2,
}

PARTS = {
    "contractions": (CONTRACTION, "an English ’s, ’ll, ’ve …, apart from its word"),
    "words": (PHRASE, "letters with all their marks and joiners, on across single blanks, with the danda or comma behind a word"),
    "digits": (DIGITS, "up to three digits of one script"),
    "punctuation": (PUNCTUATION, "quotes, brackets, symbols, emoji with what belongs to them"),
    "blanks": (SPACE, "line ends; runs of blanks but the last, which goes with its word"),
}  # fmt: skip


def caught(text: str) -> dict[str, list[str]]:
    """The pieces each part of our pattern caught; the first part that fits has it.

    >>> caught("है। 12!")["digits"]
    [' 12']
    """
    found: dict[str, list[str]] = {name: [] for name in PARTS}
    for piece in pieces(INDIC_PHRASES, text):
        found[next(n for n, (part, _) in PARTS.items() if regex.fullmatch(part, piece))].append(piece)
    return found


def torn(pattern: str, text: str) -> int:
    """How many aksharas a split regex cuts apart.

    >>> torn(GPT2, "हिन्दी"), torn(INDIC, "हिन्दी")
    (2, 0)
    """
    cuts = set(accumulate(map(len, pieces(pattern, text))))
    found = at = 0
    for akshara in aksharas(text):
        found += any(at + inside in cuts for inside in range(1, len(akshara)))
        at += len(akshara)
    return found


def draw(text: str, choice: str, language: str = "en") -> str:
    """The pieces of each pattern, and ours explained part by part."""
    shown = text[:DRAWN]
    rows = "".join(_row(label, pattern, shown, language) for label, pattern in PATTERNS.items())
    more = say(language, "The first {n} characters are cut.", n=DRAWN) if len(text) > DRAWN else ""
    said = say(
        language,
        "Merging never crosses a cut. A pattern made for English takes vowel signs, which are marks, for the end "
        "of a word, and every syllable with a vowel sign falls apart before training starts.",
    )
    note = f'<p class="note">{escape(more)}</p>' if more else ""
    return f"<p>{escape(said)}</p>{rows}{note}{_explained(shown, language)}"


def _row(label: str, pattern: str, text: str, language: str) -> str:
    cut = pieces(pattern, text)
    head = say(
        language, "{name}: pieces: {n:,}, aksharas torn: {torn:,}",
        name=say(language, label), n=len(cut), torn=torn(pattern, text),
    )  # fmt: skip
    return f'<h2>{escape(head)}</h2><p class="pieces">{_colour(cut)}</p>'


def _explained(text: str, language: str) -> str:
    rows = []
    for name, own in caught(text).items():
        pattern, what = PARTS[name]
        rest = f" … <b>+{len(own) - EACH:,}</b>" if len(own) > EACH else ""
        here = (
            _colour(own[:EACH]) + rest if own else f'<span class="note">{say(language, "none here")}</span>'
        )
        taken = f'{escape(say(language, what))}<br><code class="pattern">{escape(pattern)}</code>'
        rows.append([escape(say(language, name)), taken, here])
    heads = (
        say(language, "part"),
        say(language, "what it takes"),
        say(language, "what it caught in your text"),
    )
    return render.table(say(language, "Our pattern, part by part"), heads, rows)


def _colour(cut: Sequence[str]) -> str:
    return " ".join(
        f'<span class="chip c{at % render.COLOURS}"{render.language_of(piece)}>{render.alone(piece.encode("utf-8", "surrogatepass"))}</span>'
        for at, piece in enumerate(cut)
    )

"""Why the regex matters: the same text cut by each tokenizer's split regex, before any merging."""

from html import escape

import regex

from space.render import COLOURS, language_of
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

PATTERNS = {
    "Ours, while words are learned": INDIC,
    "Ours, as shipped": INDIC_PHRASES,
    "GPT-4o": O200K_BASE,
    "GPT-4": CL100K_BASE,
    "GPT-2": GPT2,
}

PARTS = {
    "contraction": (CONTRACTION, "an English ’s, ’ll, ’ve …, apart from its word"),
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


def draw(text: str, choice: str) -> str:
    """The pieces of each pattern, and ours explained part by part."""
    shown = text[:DRAWN]
    rows = "".join(_row(label, pattern, shown) for label, pattern in PATTERNS.items())
    parts = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td><code>{escape(PARTS[name][0])}</code><br>{escape(PARTS[name][1])}</td>'
        f"<td>{_colour(own[:40])}</td></tr>"
        for name, own in caught(shown).items()
    )
    more = f'<p class="note">The first {DRAWN} characters are cut.</p>' if len(text) > DRAWN else ""
    return (
        "<p>Merging never crosses a cut. A pattern made for English takes vowel signs, which are marks, for the end of a "
        f"word, and every syllable with a vowel sign falls apart before training starts.</p>{rows}{more}"
        '<table class="plain"><caption>Our pattern, part by part</caption><thead><tr><th scope="col">part</th>'
        f'<th scope="col">what it takes</th><th scope="col">here</th></tr></thead><tbody>{parts}</tbody></table>'
    )


def _row(label: str, pattern: str, text: str) -> str:
    cut = pieces(pattern, text)
    return f'<h2>{escape(label)}: {len(cut):,} piece{"s" if len(cut) != 1 else ""}</h2><p class="pieces">{_colour(cut)}</p>'


def _colour(cut: list[str]) -> str:
    return " ".join(
        f'<span class="chip c{at % COLOURS}"{language_of(piece)}>{escape(piece.replace(" ", "␣").replace(chr(10), "↵"))}</span>'
        for at, piece in enumerate(cut)
    )

"""Counts and tokens as HTML. Everything that comes from a text is escaped."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from itertools import accumulate

import regex

from space.words import say
from tokenizer.akshara import aksharas
from tokenizer.metrics import Measure
from tokenizer.segments import Run, runs

LABELS = {"gpt2": "GPT-2", "cl100k_base": "GPT-4", "o200k_base": "GPT-4o"}

COLOURS = 6
DRAWN = 5_000
BLOCK = 400  # runs in one element: a single huge paragraph is laid out in quadratic time

_NAMES = {
    " ": "␣",
    "\n": "↵",
    "\r": "␍",
    "\t": "⇥",
    "\u200c": "⟨ZWNJ⟩",
    "\u200d": "⟨ZWJ⟩",
    "\u00a0": "⟨NBSP⟩",
}
_MARK = regex.compile(r"\p{M}")
# Bytes that are no text, as `surrogateescape` reads them: the beginning, or the rest, of one character.
_RAW = regex.compile("([\udcc0-\udcff]?[\udc80-\udcbf]+|[\udcc0-\udcff])")
_KANNADA = regex.compile(r"\p{Kannada}")
_DEVANAGARI = regex.compile(r"\p{Devanagari}")


def bars(
    rows: Sequence[tuple[str, Measure]],
    missing: Sequence[str],
    note: str,
    lossless: bool,
    language: str = "en",
) -> str:
    """A bar, the token count and both ratios for each tokenizer, ours first; then the round trip.

    >>> "<b>12</b>" in bars([("ours", Measure(tokens=12, characters=48, bytes=120))], [], "", True)
    True
    """
    most = max(counted.tokens for _, counted in rows) or 1
    ours = rows[0][1].tokens
    lines = []
    for at, (name, counted) in enumerate(rows):
        times = say(language, "{x} × ours", x=f"{counted.tokens / ours:.1f}") if at and ours else ""
        lines.append(
            f'<tr class="{"other" if at else "ours"}"><th scope="row">{escape(name)}</th>'
            f'<td class="bar"><i style="width:{100 * counted.tokens / most:.1f}%"></i></td>'
            f'<td class="n"><b>{counted.tokens:,}</b> {say(language, "tokens")}</td>'
            f"<td><b>{counted.characters_per_token:.2f}</b> {say(language, 'characters/token')}</td>"
            f"<td><b>{counted.bytes_per_token:.2f}</b> {say(language, 'bytes/token')}</td>"
            f'<td class="times">{times}</td></tr>'
        )
    absent = "".join(f'<p class="note">{escape(text)}</p>' for text in missing)
    check = (
        say(language, "✓ decodes back to your text, byte for byte")
        if lossless
        else say(language, "✗ does not decode back to your text")
    )
    note = f'<p class="note">{escape(note)}</p>' if note else ""
    return (
        f'<div class="counts"><table><caption class="hidden-text">{say(language, "Token counts")}</caption><tbody>'
        f'{"".join(lines)}</tbody></table><p class="check">{check}</p>{absent}{note}</div>'
    )


def message(text: str) -> str:
    """A plain message."""
    return f'<div class="counts"><p class="note" role="status">{escape(text)}</p></div>'


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table that scrolls sideways where it must. Caption and heads are text, cells are HTML; the first heads its row.

    >>> "<td>1</td>" in table("counts", ["name", "n"], [["a", "1"]])
    True
    """
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="plain">'
        f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def reading(title: str, text: str, tokens: Sequence[bytes], name: str = "", language: str = "en") -> str:
    """The text, shaped as always, each token in a colour; an akshara shared by tokens has stripes.

    With the tokenizer's name, the page's inspector answers for each token.

    >>> "<script" in reading("ours", "<script>", [b"<script>"])
    False
    """
    drawn = runs(text, tokens)
    blocks = [
        f'<span class="block">{"".join(map(_run, drawn[at : at + BLOCK]))}</span>'
        for at in range(0, len(drawn), BLOCK)
    ]
    return (
        f'<section class="view"><h2>{escape(title)}</h2><div class="tv" tabindex="0" role="region" '
        f'aria-label="{escape(title)}"{_asked(name, language)}>{"".join(blocks)}</div></section>'
    )


def _asked(name: str, language: str) -> str:
    """What the inspector needs to know of a view: whose tokens they are, and the page's language."""
    return f' data-t="{escape(name)}" data-l="{escape(language)}"' if name else ""


def language_of(text: str) -> str:
    """The `lang` attribute of a run, for screen readers and fonts.

    >>> language_of("ಕನ್ನಡ"), language_of("abc")
    (' lang=kn', '')
    """
    return " lang=kn" if _KANNADA.search(text) else " lang=hi" if _DEVANAGARI.search(text) else ""


def _run(run: Run) -> str:
    # Short attributes: thousands of these are sent with each key that is pressed.
    if run.first == run.last:
        return f'<span class="t c{run.first % COLOURS}" data-i={run.first}{language_of(run.text)}>{escape(run.text)}</span>'
    return (
        f'<span class="t s" data-i={run.first} data-j={run.last}{language_of(run.text)} '
        f"{stripes(run.first, run.last)}>{escape(run.text)}</span>"
    )


def stripes(first: int, last: int) -> str:
    """The style of what several tokens share: a stripe in the colour of each, of six at most.

    >>> stripes(0, 1)
    'style="--g:linear-gradient(90deg,var(--c0) 0% 50%,var(--c1) 50% 100%)"'
    """
    shared = list(range(first, last + 1))[:6]
    stops = ",".join(
        f"var(--c{token % COLOURS}) {100 * at // len(shared)}% {100 * (at + 1) // len(shared)}%"
        for at, token in enumerate(shared)
    )
    return f'style="--g:linear-gradient(90deg,{stops})"'


def chips(ids: Sequence[int], tokens: Sequence[bytes], name: str = "", language: str = "en") -> str:
    """Each token by itself with its id under it; bytes that are no text in hexadecimal.

    Tokens that share an akshara hang together. With the tokenizer's name, the page's inspector answers for each
    token; without it, a tooltip does.

    >>> "E0 A4" in chips([300], [bytes([0xE0, 0xA4])])
    True
    """
    joined = _inside(tokens)
    made = "".join(
        f'<span class="chip c{at % COLOURS}{" j" if at in joined else ""}"{" role=option" if name else _tooltip(token)}>'
        f"<span{language_of(token.decode('utf-8', 'ignore'))}>{alone(token)}</span><small>{id_}</small></span>"
        for at, (id_, token) in enumerate(zip(ids, tokens, strict=True))
    )
    if not name:
        return f'<div class="cv" tabindex="0" role="group" aria-label="{escape(say(language, "Tokens one by one"))}">{made}</div>'
    return listing(name, made, language)


def listing(name: str, chips: str, language: str = "en") -> str:
    """Chips that the page's inspector answers for: whose tokens they are, and how to walk them."""
    label = escape(say(language, "Tokens one by one: arrow keys walk, Enter opens a merge tree"))
    return f'<div class="cv" tabindex="0" role="listbox" aria-label="{label}"{_asked(name, language)}>{chips}</div>'


def _inside(tokens: Sequence[bytes]) -> set[int]:
    """The tokens that begin inside an akshara; empty where the bytes joined are no text."""
    try:
        text = b"".join(tokens).decode()
    except UnicodeDecodeError:
        return set()
    edges = set(accumulate(len(akshara.encode()) for akshara in aksharas(text)))
    ends = list(accumulate(map(len, tokens)))
    return {at + 1 for at, end in enumerate(ends[:-1]) if end not in edges}


def _tooltip(token: bytes) -> str:
    return f' title="{about(token)}"'


@lru_cache(maxsize=1 << 14)
def about(token: bytes) -> str:
    """A token's bytes, and its code points with their names, for a tooltip.

    >>> about("ि".encode())
    'E0 A4 BF · U+093F DEVANAGARI VOWEL SIGN I'
    """
    text = token.decode("utf-8", "ignore")[:12]
    names = " · ".join(f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip() for c in text)
    return escape(" · ".join(part for part in (token.hex(" ").upper()[:120], names) if part))


def parts(token: bytes) -> list[str | bytes]:
    """A token's whole characters as text, and the bytes that are parts of characters.

    >>> parts("ि".encode() + b"\\xe0\\xa4")
    ['ि', b'\\xe0\\xa4']
    """
    found = _RAW.split(token.decode("utf-8", "surrogateescape"))
    return [part.encode("utf-8", "surrogateescape") if _RAW.match(part) else part for part in found if part]


@lru_cache(maxsize=1 << 14)
def alone(token: bytes) -> str:
    """A token by itself as HTML: blanks and joiners named, a mark on a dotted circle, bytes in hexadecimal.

    >>> alone(" ि".encode() + b"\\xe0")
    '␣ि<code>E0</code>'
    """
    drawn = []
    for part in parts(token):
        if isinstance(part, bytes):
            drawn.append(f"<code>{part.hex(' ').upper()}</code>")
            continue
        named = "".join(_NAMES.get(character, character) for character in part)
        # A dotted circle carries the mark on every system; without one each browser does as it likes.
        drawn.append(escape("\u25cc" + named if _MARK.match(named) else named))
    return "".join(drawn)

"""Unicode inspector: what is in the text that the eye does not see, and what each form costs. Nothing is rewritten."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from typing import Any

import regex

from space import render
from space.choose import choose
from space.choose import ours as our
from space.words import say
from tokenizer import baseline
from tokenizer.baselines import BaselineError

TITLE = "Unicode"
FORMS = ("NFC", "NFD", "NFKC", "NFKD")

# Letters with the nukta built in, and the same as letter and nukta. Two of them compose under NFC, most never do.
_BUILT_IN = {
    chr(c): unicodedata.normalize("NFD", chr(c)) for c in (0x929, 0x931, 0x934, *range(0x958, 0x960))
}


def _built_in(match: "regex.Match[str]") -> str:
    return next((one for one, two in _BUILT_IN.items() if two == match[0]), match[0])


def _nfc(match: "regex.Match[str]") -> str:
    return unicodedata.normalize("NFC", match[0])


@dataclass(frozen=True)
class Finding:
    """What is looked for, what it means, and (if there is one) how the same is written otherwise."""

    pattern: str
    what: str
    otherwise: str = ""
    change: str | Callable[["regex.Match[str]"], str] = ""


FINDINGS = {
    "nukta as a character of its own": Finding(r"\p{L}[\u093c\u0cbc]", "ज़ as two code points; as one it looks the same and has other bytes", "as one code point", _built_in),
    "letters with the nukta built in": Finding(r"[\u0929\u0931\u0934\u0958-\u095f]", "one code point; normalisation takes most of them apart", "letter and nukta", lambda m: _BUILT_IN[m[0]]),
    "Kannada vowel signs in two parts": Finding(r"[\u0cbf\u0cc6\u0cca]\u0cd5|\u0cc6[\u0cc2\u0cd6]\u0cd5?", "ೇ, ೋ, ೈ written as two signs; NFC makes one of them", "as one sign", _nfc),
    "ZWJ (U+200D)": Finding(r"\u200d", "asks for a joined or half form; invisible", "without it"),
    "ZWNJ (U+200C)": Finding(r"\u200c", "keeps letters apart (ನಾನ್‌ಸ್ಟಿಕ್); invisible", "without it"),
    "danda in Kannada text": Finding(r"(?<=\p{Kannada}\s?)[\u0964\u0965]", "the danda is shared by the Indic scripts and belongs to Devanagari’s block", "as a full stop", "."),
    "vertical bar for a danda": Finding(r"(?<=\p{Devanagari}\s?)\|{1,2}", "| and || look like । and ॥, and are other characters", "as a danda", lambda m: "।" if len(m[0]) == 1 else "॥"),
    "full stop after Devanagari": Finding(r"(?<=\p{Devanagari})\.(?=\s|$)", "Hindi ends sentences with a danda; many texts mix both", "as a danda", "।"),
    "colon for a visarga": Finding(r"(?<=[\u0900-\u0963]):(?=\p{Devanagari})", "दुःख has a visarga (ः), not a colon", "as a visarga", "ः"),
    "virama at the end of a word": Finding(r"[\u094d\u0ccd](?=\s|$)", "a bare consonant"),
    "mark without a letter before it": Finding(r"(?:^|(?<=\s))\p{M}", "shown on a dotted circle by most fonts"),
    "unusual blanks": Finding(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]", "look like a blank, and are other characters", "as a blank", " "),
    "invisible characters": Finding(r"[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]", "zero width, or change the direction of the text", "without them"),
    "control characters": Finding(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "no text at all", "without them"),
}  # fmt: skip


def report(text: str) -> list[tuple[str, int, str]]:
    """What was found: name, how often, and the text with it written otherwise (as it is, if there is no other way).

    >>> [(name, otherwise) for name, _, otherwise in report("का|")]
    [('vertical bar for a danda', 'का।')]
    """
    found = []
    for name, finding in FINDINGS.items():
        times = len(regex.findall(finding.pattern, text))
        if times:
            other = regex.sub(finding.pattern, finding.change, text) if finding.otherwise else text
            found.append((name, times, other))
    return found


def draw(text: str, choice: str, language: str = "en") -> str:
    """What is in the text, what each form costs in tokens, and every character."""
    encodings: dict[str, Any] = {say(language, "our tokens"): our(choose(text, choice))}
    with suppress(BaselineError):  # the first tab says so if it is missing
        encodings[say(language, "GPT-4o’s tokens")] = baseline("o200k_base")
    return _found(text, encodings, language) + _forms(text, encodings, language) + _characters(text, language)


def _found(text: str, encodings: dict[str, Any], language: str) -> str:
    rows = []
    for name, times, other in report(text):
        cost = [
            _change(len(encoding.encode_ordinary(text)), len(encoding.encode_ordinary(other)))
            for encoding in encodings.values()
        ]
        otherwise = FINDINGS[name].otherwise
        cells = [escape(say(language, otherwise)), *cost] if otherwise else ["–" for _ in [0, *cost]]
        what = escape(say(language, FINDINGS[name].what))
        rows.append([escape(say(language, name)), f"{times:,}", what, *cells])
    if not rows:
        nothing = say(
            language,
            "Nothing unusual: no nukta, joiner, mixed danda, or character that the eye does not see.",
        )
        return f'<p class="note">{escape(nothing)}</p>'
    heads = [say(language, "found"), say(language, "times"), say(language, "what it is")]
    return render.table(
        say(language, "What is in your text, and what it would cost otherwise"),
        [*heads, say(language, "written otherwise"), *encodings], rows,
    )  # fmt: skip


def _change(now: int, otherwise: int) -> str:
    return f"{now:,} → {otherwise:,}"


def _forms(text: str, encodings: dict[str, Any], language: str) -> str:
    forms = {say(language, "as typed"): text} | {form: unicodedata.normalize(form, text) for form in FORMS}  # type: ignore[arg-type]
    rows = [
        [
            name,
            say(language, "your text") if new == text else say(language, "differs from your text"),
            *(f"{n:,}" for n in (len(new), len(new.encode()))),
            *(f"{len(encoding.encode_ordinary(new)):,}" for encoding in encodings.values()),
        ]
        for name, new in forms.items()
    ]
    heads = [
        say(language, "form"),
        say(language, "same?"),
        say(language, "characters"),
        say(language, "bytes"),
    ]
    return render.table(
        say(language, "What each normalisation form costs; your text is not changed"),
        [*heads, *encodings],
        rows,
    )


def _characters(text: str, language: str) -> str:
    rows = [
        [f"U+{ord(c):04X}", escape(unicodedata.name(c, say(language, "no name"))), f"{text.count(c):,}"]
        for c in sorted(set(text[:2000]))[:200]
    ]
    heads = [
        say(language, "code point"),
        say(language, "name in the Unicode standard"),
        say(language, "times"),
    ]
    title = say(language, "Every character, by code point")
    return f"<details><summary>{escape(title)}</summary>{render.table(title, heads, rows)}</details>"

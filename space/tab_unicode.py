"""Unicode inspector: what is in the text that the eye does not see, and what each form costs. Nothing is rewritten."""

import unicodedata
from html import escape

import regex

from space.choose import choose
from space.choose import ours as our

TITLE = "Unicode"

# What is looked for: a pattern, and what it means.
FINDINGS = {
    "nukta as a character of its own": (r"\p{L}[\u093c\u0cbc]", "ज़ as two code points; ज़ as one looks the same and has other bytes"),
    "letters with the nukta built in": (r"[\u0929\u0931\u0934\u0958-\u095f]", "one code point; normalisation takes most of them apart"),
    "Kannada vowel signs in two parts": (r"[\u0cbf\u0cc6\u0cca]\u0cd5|\u0cc6[\u0cc2\u0cd6]", "ೇ, ೋ, ೈ written as two signs; NFC makes one of them"),
    "ZWJ (U+200D)": (r"\u200d", "asks for a joined or half form; invisible"),
    "ZWNJ (U+200C)": (r"\u200c", "keeps letters apart (ನಾನ್‌ಸ್ಟಿಕ್); invisible"),
    "danda in Kannada text": (r"\p{Kannada}\s?[\u0964\u0965]", "the danda is shared by the Indic scripts and belongs to Devanagari’s block"),
    "colon or full stop where a visarga or danda may be meant": (r"[\u0900-\u0963]:(?=\s)", "दुःख has a visarga (ः), not a colon"),
    "virama at the end of a word": (r"[\u094d\u0ccd](?=\s|$)", "a bare consonant"),
    "mark without a letter before it": (r"(?:^|\s)\p{M}", "shown on a dotted circle by most fonts"),
    "unusual blanks": (r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]", "look like a blank, and are other characters"),
    "invisible characters": (r"[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]", "zero width, or change the direction of the text"),
    "control characters": (r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "no text at all"),
}  # fmt: skip


def report(text: str) -> list[tuple[str, int, str]]:
    """What was found: name, how often, meaning.

    >>> [name for name, _, _ in report("ज़ क्\\u200dष")]
    ['nukta as a character of its own', 'ZWJ (U+200D)']
    """
    found = ((name, len(regex.findall(pattern, text)), what) for name, (pattern, what) in FINDINGS.items())
    return [entry for entry in found if entry[1]]


def draw(text: str, choice: str) -> str:
    """What is in the text, what each normalisation form would cost, and its rarest characters."""
    encoding = our(choose(text, choice))
    found = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{n:,}</td><td>{escape(what)}</td></tr>'
        for name, n, what in report(text)
    )
    listed = found or '<tr><td colspan="3">Nothing unusual.</td></tr>'
    forms = "".join(
        f'<tr><th scope="row">{form}</th><td>{"your text" if new == text else "differs from your text"}</td>'
        f"<td>{len(new):,}</td><td>{len(new.encode()):,}</td><td>{len(encoding.encode_ordinary(new)):,}</td></tr>"
        for form in ("as typed", "NFC", "NFD", "NFKC", "NFKD")
        for new in [text if form == "as typed" else unicodedata.normalize(form, text)]  # type: ignore[arg-type]
    )
    characters = "".join(
        f"<tr><td>U+{ord(c):04X}</td><td>{escape(unicodedata.name(c, 'no name'))}</td><td>{text.count(c):,}</td></tr>"
        for c in sorted(set(text[:2000]))[:200]
    )
    return (
        '<table class="plain"><caption>What is in your text</caption><thead><tr><th scope="col">found</th>'
        f'<th scope="col">times</th><th scope="col">what it is</th></tr></thead><tbody>{listed}</tbody></table>'
        '<table class="plain"><caption>What each form costs</caption><thead><tr><th scope="col">form</th><th scope="col">'
        'same?</th><th scope="col">characters</th><th scope="col">bytes</th><th scope="col">our tokens</th></tr></thead>'
        f"<tbody>{forms}</tbody></table><details><summary>Every character, by code point</summary>"
        '<table class="plain"><thead><tr><th scope="col">code point</th><th scope="col">name</th><th scope="col">times</th>'
        f"</tr></thead><tbody>{characters}</tbody></table></details>"
    )

r"""Aksharas: the orthographic syllables of Brahmic scripts, the smallest unit a reader sees as one.

Unicode's grapheme clusters (`\X`, `Intl.Segmenter`) keep Devanagari conjuncts whole but cut Kannada
ones (rule GB9c leaves Kannada out), so this module has a rule of its own:

    (C N? J? H J?)* C (M or J)* Z?

C letter, N nukta, H virama, J ZWJ, M any mark, Z ZWNJ. A ZWNJ after a virama ends the akshara;
a ZWJ may stand before the virama (Kannada ರ‍್ಯ) or after it (Devanagari क्‍ष).
Whatever is not of a Brahmic script falls back to grapheme clusters, so emoji stay whole too.
"""

import regex

# script -> (virama, nukta)
SCRIPTS: dict[str, tuple[str, str]] = {
    "Devanagari": ("\u094d", "\u093c"),
    "Kannada": ("\u0ccd", "\u0cbc"),
}

_ZWJ, _ZWNJ = "\u200d", "\u200c"


def _akshara_pattern(script: str) -> str:
    virama, nukta = SCRIPTS[script]
    letter = rf"[\p{{L}}&&\p{{{script}}}]"
    half = rf"{letter}{nukta}?{_ZWJ}?{virama}{_ZWJ}?"
    return rf"(?:{half})*{letter}[\p{{M}}{_ZWJ}]*+{_ZWNJ}?+"


AKSHARA = regex.compile(r"(?V1)" + "|".join(map(_akshara_pattern, SCRIPTS)) + r"|\s|\X")


def aksharas(text: str) -> list[str]:
    """Cut a text into aksharas (other text: grapheme clusters); joined they are the text.

    >>> aksharas("क्षत्रिय श्री")
    ['क्ष', 'त्रि', 'य', ' ', 'श्री']
    >>> aksharas("ಸ್ತ್ರೀ ಕನ್ನಡ")
    ['ಸ್ತ್ರೀ', ' ', 'ಕ', 'ನ್ನ', 'ಡ']
    """
    found: list[str] = AKSHARA.findall(text)
    return found

r"""Aksharas: the orthographic syllables of Brahmic scripts, the smallest unit a reader sees as one.

Unicode's grapheme clusters (`\X`, `Intl.Segmenter`) keep Devanagari conjuncts whole but cut Kannada
ones (rule GB9c leaves Kannada out), so this module has a rule of its own:

    (C N? J? H J?)* C (M or J)* Z?

C letter, N nukta, H virama, J ZWJ, M any mark, Z ZWNJ. A ZWNJ after a virama ends the akshara;
a ZWJ may stand before the virama (Kannada ರ‍್ಯ) or after it (Devanagari क्‍ष).
Whatever is not of a Brahmic script falls back to grapheme clusters, so emoji stay whole too.
"""

import regex

# Unicode script name -> (virama, nukta); "" where the script has no nukta.
SCRIPTS: dict[str, tuple[str, str]] = {
    "Devanagari": ("\u094d", "\u093c"),
    "Bengali": ("\u09cd", "\u09bc"),
    "Gurmukhi": ("\u0a4d", "\u0a3c"),
    "Gujarati": ("\u0acd", "\u0abc"),
    "Oriya": ("\u0b4d", "\u0b3c"),  # Odia
    "Tamil": ("\u0bcd", ""),
    "Telugu": ("\u0c4d", "\u0c3c"),
    "Kannada": ("\u0ccd", "\u0cbc"),
    "Malayalam": ("\u0d4d", ""),
}

_ZWJ, _ZWNJ = "\u200d", "\u200c"

# Tamil writes its pulli: க்க is two units. Only க்ஷ and ஸ்ரீ (also ஶ்ரீ) are written as one.
_TAMIL_HALF = "க்(?=ஷ)|[ஸஶ]்(?=ரீ)"


def _half(script: str) -> str:
    """A consonant that is joined to the one after it."""
    if script == "Tamil":
        return _TAMIL_HALF
    virama, nukta = SCRIPTS[script]
    optional_nukta = f"{nukta}?" if nukta else ""
    return rf"[\p{{L}}&&\p{{{script}}}]{optional_nukta}{_ZWJ}?{virama}{_ZWJ}?"


def _akshara_pattern(script: str) -> str:
    return rf"(?:{_half(script)})*[\p{{L}}&&\p{{{script}}}][\p{{M}}{_ZWJ}]*+{_ZWNJ}?+"


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

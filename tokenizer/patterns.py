r"""The split regexes: ours for Brahmic scripts, and the GPT ones it is compared with.

BPE never merges across the pieces a split regex (`pat_str`) cuts, so the regex decides what a
token can be at all. Every pattern here means the same in three engines (Python `regex`, tiktoken's
fancy-regex, the Oniguruma of `tokenizers`), so only constructs all three share are used:
`\p{L} \p{M} \p{N}`, `\u200c`, possessive `++` and `*+`, `(?i:...)` and lookahead.
"""

from functools import lru_cache

import regex

# --- Ours, part by part -------------------------------------------------------------------

# One word: letters with everything that hangs on them. Vowel signs, viramas and nuktas are marks
# (\p{M}); ZWJ and ZWNJ are format characters (Cf), and without naming them even o200k cuts क्‍ष.
WORD = r"[\p{L}\p{M}][\p{L}\p{M}\u200c\u200d]*+"

# 's, 'LL, 've ... in any case, kept apart from the word before.
CONTRACTION = r"'(?i:[sdmt]|ll|ve|re)(?![\p{L}\p{M}])"

# Up to three digits, so that a number's tokens do not depend on luck; Devanagari, Kannada and
# ASCII digits never share a piece with one another.
DIGITS = r" ?[0-9]{1,3}| ?[०-९]{1,3}| ?[೦-೯]{1,3}| ?\p{N}"

# Dandas, quotes, brackets, emoji with their joiners and variation selectors.
PUNCTUATION = r" ?[^\s\p{L}\p{M}\p{N}][^\s\p{L}\p{N}]*+"

# Line ends first; then all but the last of a run of blanks, so that a word keeps its own blank.
SPACE = r"\s*[\r\n]+|\s+(?!\S)|\s"

# Pieces of the word stratum.
INDIC = "|".join([CONTRACTION, " ?" + WORD, DIGITS, PUNCTUATION, SPACE])

# Pieces of the phrase stratum: words across single blanks, with the punctuation after a word, so that
# के लिए and है। can be one token. Whether two words share a piece depends only on what stands
# right between them, never on what is further away.
AFTER_WORD = r"[।॥,;:.!?]"
PHRASE = rf" ?{WORD}(?:(?:{AFTER_WORD}? |-){WORD})*+{AFTER_WORD}?+"

# The split regex of the shipped artifacts.
INDIC_PHRASES = "|".join([CONTRACTION, PHRASE, DIGITS, PUNCTUATION, SPACE])

# The same inside one chunk, where a phrase can only go on over a hyphen.
INDIC_CHUNK = "|".join([CONTRACTION, rf" ?{WORD}(?:-{WORD})*+{AFTER_WORD}?+", DIGITS, PUNCTUATION])

# A word with the blanks before it; a text's chunks joined are the text.
CHUNK = regex.compile(r"\s*\S+|\s+")

# --- The GPT family, for comparison (tiktoken_ext/openai_public.py) --------------------------

GPT2 = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"""

CL100K_BASE = (
    r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}|"""
    r""" ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"""
)

O200K_BASE = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)


@lru_cache(maxsize=64)
def compiled(pat_str: str) -> "regex.Pattern[str]":
    """The compiled form of a split regex; the last 64 are kept."""
    return regex.compile(pat_str)


def pieces(pat_str: str, text: str) -> list[str]:
    """Cut a text into the pieces of a split regex; the pieces joined are the text.

    >>> pieces(GPT2, "हिन्दी")
    ['ह', 'ि', 'न', '्', 'द', 'ी']
    >>> pieces(INDIC, "हिन्दी में ಕನ್ನಡ।")
    ['हिन्दी', ' में', ' ಕನ್ನಡ', '।']
    """
    found: list[str] = compiled(pat_str).findall(text)
    return found

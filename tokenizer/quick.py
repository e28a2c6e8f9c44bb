r"""The cuts encoding makes all the time, for Python's `re`.

It is quicker than `regex`, but knows no `\p{L}`: the letters, marks and numbers of our scripts are written out.
"""

import re

import regex

from tokenizer.akshara import SCRIPTS
from tokenizer.patterns import AFTER_WORD, INDIC_CHUNK

# The longest chunk here, in characters.
LONGEST = 32


def _written_out(kind: str) -> str:
    of_kind = regex.compile(rf"\p{{{kind}}}")
    return "".join(filter(of_kind.match, map(chr, range(0x900, 0xD80))))


_LETTERS, _MARKS, _NUMBERS = map(_written_out, "LMN")
_JOINERS = "\u200c\u200d"
_TIES = "".join(virama for virama, _ in SCRIPTS.values()) + _JOINERS

# Unicode's white space: in Python's re, \s is more than that.
_BLANKS = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

# A text's chunks: a word with its blank; blanks before that blank; blanks up to a line's end; a word with blanks
# that are its own (two tabs before a word are two pieces, alone they are one); blanks.
CHUNK = re.compile(
    rf" ?[^{_BLANKS}]+|[{_BLANKS}]+(?= [^{_BLANKS}])|[{_BLANKS}]*[\r\n](?![{_BLANKS}])|[{_BLANKS}]+[^{_BLANKS}]*"
)

# Chunks of one word each, which are surely one piece, a phrase.
_WORD = rf"[a-zA-Z{_LETTERS}{_MARKS}][a-zA-Z{_LETTERS}{_MARKS}{_JOINERS}]{{0,{LONGEST - 3}}}+{AFTER_WORD}?+"
WORDS = re.compile(rf" ?{_WORD}(?: {_WORD})*+")

# Chunks of characters that are known here, and what cuts those into pieces.
_COMMON = rf"[!-~\u0900-\u0d7f{_JOINERS}‘’“”–…]{{1,{LONGEST - 1}}}+"
CHUNKS = re.compile(rf" ?{_COMMON}(?: {_COMMON})*+")
PIECES = re.compile(
    INDIC_CHUNK.replace(r"?\p{N}", r"?[\p{N}]")
    .replace(r"\p{L}", "a-zA-Z" + _LETTERS)
    .replace(r"\p{M}", _MARKS)
    .replace(r"\p{N}", "0-9" + _NUMBERS)
)

# A character with the blanks before and the marks behind it, and what a virama or a joiner ties to it; a line end.
_HANGING = _MARKS + _JOINERS
UNIT = re.compile(rf"\n| *[^ \n][{_HANGING}]*+(?:(?<=[{_TIES}])[^ \n][{_HANGING}]*+)*+| +")


def words_of(line: str) -> tuple[list[str], str]:
    """The words of a line, the first with the blanks it has, all others without one; and the blanks at its end.

    Nothing if there are other blanks than spaces. Of several spaces between words the last belongs to the word,
    the others are a word, without one of them.

    >>> words_of(" घर  में"), words_of("घर में "), words_of("घर\\tमें"), words_of("घर   में")
    (([' घर', '', 'में'], ''), (['घर', 'में'], ' '), ([], ''), (['घर', ' ', 'में'], ''))
    """
    found = line.split()
    if " ".join(found) == line:
        return found, ""
    inner = line.rstrip(" ")
    blanks = line[len(inner) :]
    parts = inner.split(" ")
    if not found or list(filter(None, parts)) != found:
        return [], ""
    if parts[0] and "   " not in inner:
        return parts, blanks
    first, *others = CHUNK.findall(inner)
    return [first, *(chunk[1:] for chunk in others)], blanks

"""The distinct chunks of a corpus, cut into aksharas and pieces, as arrays.

Each chunk is looked at once, however often it occurs.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import regex

from tokenizer.akshara import aksharas
from tokenizer.arrays import Array
from tokenizer.patterns import AFTER_WORD, INDIC, INDIC_PHRASES, pieces

# What an akshara's place in its chunk means: a piece of the word pattern begins, one of the phrase pattern.
WORD, PHRASE = 1, 2

# Most chunks: one word, perhaps with the blank before it and the mark after it that a phrase may hold.
_LETTERS = "".join(chr(c) for c in range(0x41, 0xD80) if unicodedata.category(chr(c))[0] in "LM")
_SIMPLE = re.compile(rf"( ?)([{_LETTERS}][{_LETTERS}\u200c\u200d]*)({AFTER_WORD}?)")

_STARTS_WORD = regex.compile(r" ?[\p{L}\p{M}]")


@dataclass(frozen=True)
class Chunks:
    """Chunks as their aksharas' numbers, one chunk after the other."""

    aksharas: list[str]  # distinct
    numbers: Array  # of the chunks' aksharas
    begins: Array  # for each: WORD, PHRASE, both or 0
    ends: Array  # where each chunk ends in these two
    opens: Array  # for each chunk: whether a phrase may reach into it from before,
    closes: Array  # and out of it into what follows


def cut(chunks: Sequence[str]) -> Chunks:
    """Cut chunks into aksharas and pieces.

    >>> found = cut([" घर।", " में"])
    >>> found.aksharas, found.numbers.tolist(), found.begins.tolist(), found.ends.tolist()
    ([' ', 'घ', 'र', '।', 'में'], [0, 1, 2, 3, 0, 4], [3, 0, 0, 1, 3, 0], [4, 6])
    """
    known: dict[str, int] = {}
    numbers_of: dict[str, list[int]] = {}
    numbers: list[int] = []
    begins: list[int] = []
    ends, opens, closes = [], [], []
    for chunk in chunks:
        parts, open_, close = _parts(chunk)
        for part, what in parts:
            own = numbers_of.get(part)
            if own is None:
                own = numbers_of[part] = [known.setdefault(one, len(known)) for one in aksharas(part)]
            numbers += own
            begins.append(what)
            if len(own) > 1:
                begins += [0] * (len(own) - 1)
        ends.append(len(numbers))
        opens.append(open_)
        closes.append(close)
    return Chunks(
        list(known), np.array(numbers, np.int32), np.array(begins, np.uint8), np.array(ends, np.int64),
        np.array(opens, np.bool_), np.array(closes, np.bool_),
    )  # fmt: skip


def _parts(chunk: str) -> tuple[list[tuple[str, int]], bool, bool]:
    """A chunk cut at least where a piece of either pattern begins, and which begins there; whether a phrase
    may reach into it, and out of it.

    >>> _parts(" घर।"), _parts('"घर')
    (([(' ', 3), ('घर', 0), ('।', 1)], True, True), ([('"', 3), ('घर', 3)], False, True))
    """
    if simple := _SIMPLE.fullmatch(chunk):
        blank, stem, after = simple.groups()
        # The stem by itself: it comes with and without a blank, a comma, a danda.
        parts = [(" ", WORD | PHRASE), (stem, 0)] if blank else [(stem, WORD | PHRASE)]
        return [*parts, (after, WORD)] if after else parts, blank != "", True
    words, phrases = pieces(INDIC, chunk), pieces(INDIC_PHRASES, chunk)
    begin = dict.fromkeys(accumulate(map(len, words[:-1]), initial=0), WORD)
    for at in accumulate(map(len, phrases[:-1]), initial=0):
        begin[at] = begin.get(at, 0) | PHRASE
    places = sorted(begin)
    cut_parts = [(chunk[a:b], begin[a]) for a, b in zip(places, [*places[1:], len(chunk)], strict=True)]
    opens = chunk[0] == " " and _STARTS_WORD.match(chunk) is not None
    return cut_parts, opens, _STARTS_WORD.match(phrases[-1]) is not None

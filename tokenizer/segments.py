"""Tokens + text -> runs of whole aksharas, for display.

An element boundary inside an akshara breaks its shape in some browsers, so a run never cuts one: an akshara
that several tokens share is a run of its own, which names the first and the last of them.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from tokenizer.akshara import aksharas


class Run(NamedTuple):
    """Text, and the indices of the first and the last token that own a byte of it."""

    text: str
    first: int
    last: int


def runs(text: str, tokens: Sequence[bytes]) -> list[Run]:
    """The runs of a text whose UTF-8 is the tokens' bytes joined; the runs joined are the text.

    Raises `ValueError` if the tokens' bytes are not the text's.

    >>> runs("कि में", ["क".encode(), "ि".encode(), " में".encode()])
    [Run(text='कि', first=0, last=1), Run(text=' में', first=2, last=2)]
    """
    ends = list(accumulate(map(len, tokens)))
    if b"".join(tokens) != text.encode():
        raise ValueError("The tokens' bytes joined are not the text's.")
    made: list[Run] = []
    first = end = 0
    for akshara in aksharas(text):
        start, end = end, end + len(akshara.encode())
        while ends[first] <= start:
            first += 1
        last = first
        while ends[last] < end:
            last += 1
        if made and first == last == made[-1].first == made[-1].last:
            made[-1] = Run(made[-1].text + akshara, first, last)
        else:
            made.append(Run(akshara, first, last))
        first = last
    return made

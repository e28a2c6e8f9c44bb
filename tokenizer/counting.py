"""Documents -> how often each distinct piece occurs.

Indic text repeats its words, so each distinct whitespace-delimited chunk is counted first and split once.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import islice

import regex

from tokenizer.patterns import pieces

# Documents counted together before their chunks are split: bounds what is held besides the counts.
BATCH = 100_000

_CHUNK = regex.compile(r"\s*\S+|\s+")


def count_pieces(documents: Iterable[str], pat_str: str, *, weight: int = 1) -> Counter[str]:
    """How often each distinct piece of a split regex occurs, times a weight.

    Documents are cut before each word that follows a blank, which must not change the pieces: true of the
    word patterns here, not of those whose pieces cross blanks.

    >>> from tokenizer.patterns import INDIC
    >>> count_pieces(["घर घर में", "घर में"], INDIC) == {"घर": 2, " में": 2, " घर": 1}
    True
    """
    documents = iter(documents)
    counts: Counter[str] = Counter()
    while batch := list(islice(documents, BATCH)):
        chunks = Counter(chunk for document in batch for chunk in _CHUNK.findall(document))
        for chunk, count in chunks.items():
            for piece in pieces(pat_str, chunk):
                counts[piece] += weight * count
    return counts

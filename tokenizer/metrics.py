"""Token counts over texts, and the ratios made of them.

Raw counts are added up over the whole set and divided once: the mean of per-line ratios would let
short lines weigh as much as long ones.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import accumulate
from typing import Protocol

import regex

from tokenizer.akshara import aksharas

_WORD = regex.compile(r"\S+")

# The figures a table shows, of those in `Measure.as_dict`, and what it calls them.
HEADINGS = {
    "tokens": "tokens",
    "characters_per_token": "characters / token",
    "bytes_per_token": "bytes / token",
    "fertility": "tokens / word",
    "split_rate": "split rate",
    "failed_lines": "lines lost",
}


class Tokenizes(Protocol):
    """What can be measured: our `Encoding`, a `tiktoken.Encoding`, or anything with these two methods."""

    def encode_ordinary(self, text: str, /) -> Sequence[int]:
        """The token ids of a text."""

    def decode_single_token_bytes(self, token: int, /) -> bytes:
        """The bytes of one token."""


@dataclass(frozen=True)
class Measure:
    """Raw counts over a set of texts (one line each), with the ratios as properties.

    A ratio whose divisor is zero is 0.0. Measures add up.

    >>> whole = Measure(tokens=10, characters=32) + Measure(tokens=10, characters=48)
    >>> whole.characters_per_token
    4.0
    """

    tokens: int = 0
    characters: int = 0  # code points
    bytes: int = 0  # of UTF-8
    words: int = 0  # separated by whitespace
    aksharas: int = 0  # grapheme clusters where the script is not a Brahmic one; blanks not counted
    lines: int = 0
    failed_lines: int = 0  # whose tokens' bytes joined are not the line
    boundaries: int = 0  # between consecutive tokens
    split_boundaries: int = 0  # of these, the ones inside an akshara
    mark_starts: int = 0  # tokens that start with a combining mark
    invalid_utf8_tokens: int = 0  # tokens whose bytes alone are no UTF-8
    single_token_words: int = 0  # words with no token boundary inside

    @property
    def characters_per_token(self) -> float:
        """Code points per token: the strict compression ratio."""
        return _ratio(self.characters, self.tokens)

    @property
    def bytes_per_token(self) -> float:
        """UTF-8 bytes per token."""
        return _ratio(self.bytes, self.tokens)

    @property
    def fertility(self) -> float:
        """Tokens per whitespace-separated word."""
        return _ratio(self.tokens, self.words)

    @property
    def tokens_per_akshara(self) -> float:
        """Tokens per akshara."""
        return _ratio(self.tokens, self.aksharas)

    @property
    def split_rate(self) -> float:
        """Share of the boundaries between consecutive tokens that fall inside an akshara."""
        return _ratio(self.split_boundaries, self.boundaries)

    @property
    def mark_start_rate(self) -> float:
        """Share of the tokens that start with a combining mark."""
        return _ratio(self.mark_starts, self.tokens)

    @property
    def invalid_utf8_rate(self) -> float:
        """Share of the tokens whose bytes alone are no UTF-8."""
        return _ratio(self.invalid_utf8_tokens, self.tokens)

    @property
    def single_token_word_rate(self) -> float:
        """Share of the words with no token boundary inside."""
        return _ratio(self.single_token_words, self.words)

    def __add__(self, other: "Measure") -> "Measure":
        """The counts of both sets together."""
        return Measure(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def as_dict(self) -> dict[str, int | float]:
        """Counts, then ratios (rounded to 4 places), for JSON."""
        counts = {f.name: getattr(self, f.name) for f in fields(self)}
        return counts | {name: round(getattr(self, name), 4) for name in RATIOS}


RATIOS = tuple(name for name, value in vars(Measure).items() if isinstance(value, property))


def _ratio(count: int, per: int) -> float:
    return count / per if per else 0.0


@lru_cache(maxsize=1 << 16)
def _token_kind(token: bytes) -> tuple[bool, bool]:
    """Whether a token starts with a combining mark, and whether its bytes alone are no UTF-8.

    >>> _token_kind("ि".encode()), _token_kind(b"\\xa4\\xbf")
    ((True, False), (False, True))
    """
    try:
        text = token.decode()
    except UnicodeDecodeError as error:
        text = token[: error.start].decode()
        return text != "" and unicodedata.category(text[0])[0] == "M", True
    return text != "" and unicodedata.category(text[0])[0] == "M", False


def _byte_ends(parts: Iterable[str]) -> list[int]:
    return list(accumulate(len(part.encode()) for part in parts))


def measure_tokens(text: str, tokens: Sequence[bytes]) -> Measure:
    """The counts of one line already cut into tokens, given as the bytes of each.

    >>> one = measure_tokens("हिन्दी", [w.encode() for w in ("हि", "न्", "दी")])
    >>> one.boundaries, one.split_boundaries
    (2, 1)
    """
    data = text.encode()
    parts = aksharas(text)
    token_ends = list(accumulate(map(len, tokens)))
    inner = token_ends[:-1]
    whole = set(_byte_ends(parts))
    words, unbroken = _words(text, data, set(inner))
    kinds = [_token_kind(token) for token in tokens]
    return Measure(
        tokens=len(tokens),
        characters=len(text),
        bytes=len(data),
        words=words,
        aksharas=sum(not part.isspace() for part in parts),
        lines=1,
        failed_lines=int(b"".join(tokens) != data),
        boundaries=len(inner),
        split_boundaries=sum(end not in whole for end in inner),
        mark_starts=sum(mark for mark, _ in kinds),
        invalid_utf8_tokens=sum(invalid for _, invalid in kinds),
        single_token_words=unbroken,
    )


def _words(text: str, data: bytes, cuts: set[int]) -> tuple[int, int]:
    """How many words a text has, and how many of them no cut (a byte offset) falls inside."""
    spans = [match.span() for match in _WORD.finditer(text)]
    offset = character = unbroken = 0
    for start, end in spans:
        first = offset + len(text[character:start].encode())
        offset = first + len(text[start:end].encode())
        character = end
        unbroken += cuts.isdisjoint(range(first + 1, offset))
    return len(spans), unbroken


def measure(encoding: Tokenizes, texts: Iterable[str]) -> Measure:
    """Count a set of texts (one line each) under an encoding.

    Raises `ValueError` (a `UnicodeEncodeError`) for a text with an unpaired surrogate.

    >>> from tokenizer.baselines import baseline
    >>> gpt2 = measure(baseline("gpt2"), ["हिन्दी में", "ಕನ್ನಡ"])
    >>> gpt2.tokens, gpt2.characters, gpt2.bytes, gpt2.words, gpt2.lines
    (33, 15, 43, 3, 2)
    """
    token_bytes = lru_cache(maxsize=None)(encoding.decode_single_token_bytes)
    counts = [0] * len(fields(Measure))
    for text in texts:
        one = measure_tokens(text, [token_bytes(token) for token in encoding.encode_ordinary(text)])
        counts = [count + getattr(one, f.name) for count, f in zip(counts, fields(Measure), strict=True)]
    return Measure(*counts)

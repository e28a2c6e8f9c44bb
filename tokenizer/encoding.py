"""Text to token ids and back. Method names and meanings are tiktoken's; an `Encoding` never changes.

Encoding costs what is new, not what is long. A piece is cut at its spaces into chunks (words); a chunk's
ids are remembered. Entries with a space inside (phrases) rank after all others, so they work on the
remembered ids, and only where the two tokens on either side of a space can begin one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Literal

import regex

from tokenizer.bpe import PAIR_SHIFT, merge, pair_ranks
from tokenizer.patterns import compiled

# Chunks remembered (about 20 MB when full), and the longest one worth it, in characters.
CACHE_SIZE = 1 << 16
CACHED_LENGTH = 64

_SURROGATE = regex.compile(r"[\ud800-\udfff]")

Ids = tuple[int, ...]


class Encoding:
    """A byte-level BPE: `pat_str` cuts the text into pieces, `mergeable_ranks` merges inside each.

    Instances are immutable and safe to share between threads.

    >>> ranks = {bytes([b]): b for b in range(256)} | {b"ab": 256, b"abb": 257}
    >>> enc = Encoding("tiny", pat_str=r"\\S+|\\s+", mergeable_ranks=ranks, special_tokens={"<|end|>": 258})
    >>> enc.encode_ordinary("abba"), enc.decode([257, 97]), enc.n_vocab
    ([257, 97], 'abba', 259)
    """

    def __init__(
        self,
        name: str,
        *,
        pat_str: str,
        mergeable_ranks: Mapping[bytes, int],
        special_tokens: Mapping[str, int],
    ) -> None:
        """Raise `ValueError` if a single byte is missing or two tokens share an id."""
        if missing := [b for b in range(256) if bytes([b]) not in mergeable_ranks]:
            raise ValueError(
                f"mergeable_ranks lacks {len(missing)} single bytes, the first is {missing[0]:#04x}."
            )
        ids = [*mergeable_ranks.values(), *special_tokens.values()]
        if len(set(ids)) != len(ids):
            raise ValueError("Two tokens share an id.")
        self.name = name
        self.pat_str = pat_str
        self._ranks = dict(mergeable_ranks)
        self._special_tokens = dict(special_tokens)
        self._bytes_of = {rank: token for token, rank in mergeable_ranks.items()}
        self._bytes_of |= {id_: text.encode() for text, id_ in special_tokens.items()}
        self._findall = compiled(pat_str).findall
        self._byte_ids = [self._ranks[bytes([b])] for b in range(256)]
        self._pairs = pair_ranks(self._ranks)
        phrases = [rank for token, rank in self._ranks.items() if b" " in token[1:]]
        first = min(phrases, default=1 << PAIR_SHIFT)
        self._base_pairs = {pair: rank for pair, rank in self._pairs.items() if rank < first}
        self._cache: dict[str, tuple[Ids, Ids]] = {}
        self._bridges = {bridge for rank in phrases for bridge in self._crossings(self._bytes_of[rank])}

    def __repr__(self) -> str:
        return f"<Encoding {self.name!r}, {self.n_vocab} tokens>"

    # --- encode -------------------------------------------------------------------------------

    def encode_ordinary(self, text: str) -> list[int]:
        """The ids of a text in which nothing is a special token.

        Raises `ValueError` for an unpaired surrogate, saying where it is.
        """
        ids: list[int] = []
        lookup, extend = self._cache.get, ids.extend
        try:
            for piece in self._findall(text):
                known = lookup(piece)
                extend(known[1] if known else self._piece(piece))
        except UnicodeEncodeError:
            raise surrogate_error(text) from None
        return ids

    def encode(
        self,
        text: str,
        *,
        allowed_special: Literal["all"] | Collection[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> list[int]:
        """The ids of a text; special tokens in it count only if allowed.

        Raises `ValueError` for a disallowed special token in the text, and for an unpaired surrogate.

        >>> from tokenizer.encoding import Encoding
        >>> ranks = {bytes([b]): b for b in range(256)}
        >>> enc = Encoding("tiny", pat_str=r"\\s+|\\S+", mergeable_ranks=ranks, special_tokens={"<|end|>": 256})
        >>> enc.encode("a<|end|>", allowed_special="all")
        [97, 256]
        """
        allowed = self.special_tokens_set if allowed_special == "all" else set(allowed_special)
        refused = self.special_tokens_set if disallowed_special == "all" else set(disallowed_special)
        if found := _special_regex(refused - allowed).search(text):
            raise ValueError(
                f"The text holds the special token {found[0]!r}. Pass it in allowed_special to encode it as "
                "one token, or pass disallowed_special=() to encode it as ordinary text."
            )
        ids: list[int] = []
        start = 0
        for found in _special_regex(allowed & self.special_tokens_set).finditer(text):
            ids += self.encode_ordinary(text[start : found.start()])
            ids.append(self._special_tokens[found[0]])
            start = found.end()
        return ids + self.encode_ordinary(text[start:])

    def encode_batch(
        self,
        texts: Iterable[str],
        *,
        allowed_special: Literal["all"] | Collection[str] = frozenset(),
        disallowed_special: Literal["all"] | Collection[str] = "all",
    ) -> list[list[int]]:
        """`encode` for each text."""
        return [
            self.encode(text, allowed_special=allowed_special, disallowed_special=disallowed_special)
            for text in texts
        ]

    def encode_ordinary_batch(self, texts: Iterable[str]) -> list[list[int]]:
        """`encode_ordinary` for each text."""
        return [self.encode_ordinary(text) for text in texts]

    def encode_single_token(self, text_or_bytes: str | bytes) -> int:
        """The id of one whole token, special ones included; raises `KeyError` if it is none."""
        if isinstance(text_or_bytes, str):
            if text_or_bytes in self._special_tokens:
                return self._special_tokens[text_or_bytes]
            text_or_bytes = text_or_bytes.encode()
        return self._ranks[text_or_bytes]

    # --- decode -------------------------------------------------------------------------------

    def decode_bytes(self, tokens: Sequence[int]) -> bytes:
        """The bytes of the tokens joined; raises `KeyError` for an id that is no token."""
        bytes_of = self._bytes_of
        try:
            return b"".join([bytes_of[token] for token in tokens])
        except (KeyError, TypeError):
            self._check(tokens)
            raise

    def decode(self, tokens: Sequence[int], errors: str = "replace") -> str:
        """The text of the tokens; bytes that are no UTF-8 become U+FFFD (or as `errors` says).

        Raises `KeyError` for an id that is no token.
        """
        return self.decode_bytes(tokens).decode("utf-8", errors)

    def decode_batch(self, batch: Iterable[Sequence[int]], *, errors: str = "replace") -> list[str]:
        """`decode` for each list of ids."""
        return [self.decode(tokens, errors) for tokens in batch]

    def decode_single_token_bytes(self, token: int) -> bytes:
        """The bytes of one token; raises `KeyError` for an id that is no token."""
        self._check([token])
        return self._bytes_of[token]

    def decode_tokens_bytes(self, tokens: Sequence[int]) -> list[bytes]:
        """The bytes of each token; raises `KeyError` for an id that is no token."""
        self._check(tokens)
        return [self._bytes_of[token] for token in tokens]

    def decode_with_offsets(self, tokens: Sequence[int]) -> tuple[str, list[int]]:
        """The text, and for each token the index of the character its first byte belongs to.

        Raises `UnicodeDecodeError` if the bytes are no UTF-8, `KeyError` for an id that is no token.
        """
        parts = self.decode_tokens_bytes(tokens)
        # A token that starts with a continuation byte belongs to the character before.
        lengths = [sum(not 0x80 <= byte < 0xC0 for byte in part) for part in parts]
        starts = accumulate(lengths, initial=0)
        offsets = [
            max(0, start - (0x80 <= part[0] < 0xC0)) for start, part in zip(starts, parts, strict=False)
        ]
        return b"".join(parts).decode("utf-8"), offsets

    # --- what it is made of ---------------------------------------------------------------------

    @property
    def n_vocab(self) -> int:
        """Everything counted: bytes, merges and special tokens."""
        return len(self._ranks) + len(self._special_tokens)

    @property
    def max_token_value(self) -> int:
        """The highest id."""
        return max(self._bytes_of)

    @property
    def mergeable_ranks(self) -> dict[bytes, int]:
        """A copy of token bytes -> rank."""
        return dict(self._ranks)

    @property
    def special_tokens(self) -> dict[str, int]:
        """A copy of special token -> id."""
        return dict(self._special_tokens)

    @property
    def special_tokens_set(self) -> set[str]:
        """The special tokens."""
        return set(self._special_tokens)

    @property
    def eot_token(self) -> int:
        """The id of `<|endoftext|>`."""
        return self._special_tokens["<|endoftext|>"]

    def token_byte_values(self) -> list[bytes]:
        """The bytes of every ordinary token, sorted."""
        return sorted(self._ranks)

    # --- how it works -----------------------------------------------------------------------------

    def _piece(self, piece: str) -> Sequence[int]:
        """The ids of one piece: its chunks' ids, merged again where a phrase may cross a space."""
        if " " not in piece[1:]:
            return self._chunk(piece)[1]
        ids: list[int] = []
        chunks = [piece[0] + (parts := piece[1:].split(" "))[0], *(" " + part for part in parts[1:])]
        group: list[int] = []
        alone: Sequence[int] = ()
        for base, whole in map(self._chunk, chunks):
            if group and group[-1] << PAIR_SHIFT | base[0] in self._bridges:
                group += base
                alone = ()
            else:
                ids += alone or (merge(group, self._pairs) if group else ())
                group, alone = list(base), whole
        ids += alone or merge(group, self._pairs)
        return ids

    def _chunk(self, chunk: str) -> tuple[Ids, Ids]:
        """A chunk's ids before phrases, and its ids if it stands alone."""
        known = self._cache.get(chunk)
        if known is None:
            base = merge([self._byte_ids[byte] for byte in chunk.encode()], self._base_pairs)
            known = tuple(base), tuple(merge(base, self._pairs))
            if len(chunk) <= CACHED_LENGTH:
                if len(self._cache) >= CACHE_SIZE:
                    # A new dictionary would be lost on threads that hold the old one; clearing is atomic.
                    self._cache.clear()
                self._cache[chunk] = known
        return known

    def _crossings(self, token: bytes) -> Iterable[int]:
        """The packed pairs of base tokens on either side of each space inside an entry."""
        first, *rest = token[1:].split(b" ")
        parts = [token[:1] + first, *(b" " + part for part in rest)]
        sides = [merge([self._byte_ids[byte] for byte in part], self._base_pairs) for part in parts]
        return [left[-1] << PAIR_SHIFT | right[0] for left, right in zip(sides, sides[1:], strict=False)]

    def _check(self, tokens: Iterable[int]) -> None:
        for token in tokens:
            if isinstance(token, bool) or not isinstance(token, int) or token not in self._bytes_of:
                raise KeyError(
                    f"{token!r} is no token of {self.name}: ids go from 0 to {self.max_token_value}."
                )


def surrogate_error(text: str) -> ValueError:
    """What is wrong with a text that has an unpaired surrogate, and where.

    >>> print(surrogate_error("ab\\ud800"))
    Character 2 is an unpaired surrogate (U+D800), which is no text and has no UTF-8 form. Remove it, or decode the input with errors="replace".
    """
    found = _SURROGATE.search(text)
    at = found.start() if found else 0
    return ValueError(
        f"Character {at} is an unpaired surrogate (U+{ord(text[at]):04X}), which is no text and has no UTF-8 form. "
        'Remove it, or decode the input with errors="replace".'
    )


def _special_regex(tokens: Iterable[str]) -> "regex.Pattern[str]":
    """Any of the tokens, the longest first; with none, what never matches."""
    return regex.compile("|".join(map(regex.escape, sorted(tokens, key=len, reverse=True))) or r"(?!)")

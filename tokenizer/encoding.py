"""Text to token ids and back. Method names and meanings are tiktoken's; an `Encoding` never changes.

Encoding costs what is new, not what is long. A text is cut at its blanks into chunks (words, with what is
glued to them), and a chunk's ids are remembered. No piece of `pat_str` reaches over a blank but a phrase,
and an entry with a blank inside can only begin where the two tokens beside that blank are a known bridge.
So a text is its chunks' ids one after the other, but for the few stretches held together by bridges, and
those are remembered too.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Literal

import regex

from tokenizer.akshara import SCRIPTS
from tokenizer.bpe import PAIR_SHIFT, merge, pair_ranks
from tokenizer.patterns import INDIC_PHRASES, PHRASE, compiled

# Chunks and stretches remembered (about 20 MB each when full), and the longest one worth it, in characters.
CACHE_SIZE = 1 << 16
CACHED_LENGTH = 64

# What no token id, shifted or not, makes a bridge with.
_CLOSED = -1 << 60

_SURROGATE = regex.compile(r"[\ud800-\udfff]")

# Unicode's white space, written out: in Python's re, \s is more than that.
_BLANKS = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CHUNK = re.compile(rf"[{_BLANKS}]*[^{_BLANKS}]+|[{_BLANKS}]+")
_MARKS = (
    "".join(chr(c) for c in range(0x900, 0xD80) if unicodedata.category(chr(c))[0] == "M") + "\u200c\u200d"
)
_TIES = "".join(virama for virama, _ in SCRIPTS.values()) + "\u200c\u200d"
_UNIT = re.compile(rf"(?s:.)(?:[{_MARKS}]|(?<=[{_TIES}])(?s:.))*")
_ONE_PIECE = regex.compile(PHRASE)

Ids = tuple[int, ...]
# A chunk's ids alone; its first token if a phrase may reach in, its last one (shifted) if one may reach out;
# and its ids before phrases, if it is one piece.
Chunk = tuple[Ids, int, int, Ids | None]


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
        self._text_of = {
            id_: token.decode("utf-8", "surrogateescape") for id_, token in self._bytes_of.items()
        }
        self._findall = compiled(pat_str).findall
        self._pairs = pair_ranks(self._ranks)
        self._units = _Units(self._ranks, self._pairs)
        phrases = [token for token in self._ranks if b" " in token[1:] and token.strip(b" ")]
        self._first_phrase = min((self._ranks[token] for token in phrases), default=1 << PAIR_SHIFT)
        self._base_pairs = {pair: rank for pair, rank in self._pairs.items() if rank < self._first_phrase}
        # Words learned among the phrases, and what they are before phrases.
        self._parts = {
            rank: tuple(self._base(token.decode()))
            for token, rank in self._ranks.items()
            if rank >= self._first_phrase and b" " not in token[1:] and _is_text(token)
        }
        self._bridges = {bridge for token in phrases for bridge in self._crossings(token)}
        self._chunks: dict[str, Chunk] = {}
        self._stretches: dict[str, Ids] = {}

    def __repr__(self) -> str:
        return f"<Encoding {self.name!r}, {self.n_vocab} tokens>"

    # --- encode -------------------------------------------------------------------------------

    def encode_ordinary(self, text: str) -> list[int]:
        """The ids of a text in which nothing is a special token.

        Raises `ValueError` for an unpaired surrogate, saying where it is.
        """
        try:
            # Only of our own pattern is it known where a blank ends a piece.
            return self._join(text) if self.pat_str == INDIC_PHRASES else self._exact(text)
        except UnicodeEncodeError:
            raise surrogate_error(text) from None

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
        try:
            return b"".join(map(self._bytes_of.__getitem__, tokens))
        except (KeyError, TypeError):
            self._check(tokens)
            raise

    def decode(self, tokens: Sequence[int], errors: str = "replace") -> str:
        """The text of the tokens; bytes that are no UTF-8 become U+FFFD (or as `errors` says).

        Raises `KeyError` for an id that is no token.
        """
        try:
            # itemgetter looks all of them up without coming back to Python; of one it makes no tuple.
            text = "".join(itemgetter(*tokens)(self._text_of))
            text.encode()
        except UnicodeEncodeError:  # bytes that are no text alone stand there as surrogates
            return text.encode("utf-8", "surrogateescape").decode("utf-8", errors)
        except (KeyError, TypeError):  # one, none, or what is no token
            return self.decode_bytes(tokens).decode("utf-8", errors)
        return text

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

    def _exact(self, text: str) -> list[int]:
        """The ids by definition: each piece merged by itself."""
        pairs, start = self._pairs, self._units.ids
        return [id_ for piece in self._findall(text) for id_ in merge(start(piece), pairs)]

    def _join(self, text: str) -> list[int]:
        """The ids of a text from those of its chunks."""
        ids: list[int] = []
        known, bridges, extend = self._chunks.get, self._bridges, ids.extend
        chunks = _CHUNK.findall(text)
        tail = _CLOSED
        begun = -1  # where the stretch that is held together by bridges begins, if there is one
        before: Ids = ()
        for at, chunk in enumerate(chunks):
            own, head, end, _ = known(chunk) or self._chunk(chunk)
            if tail | head in bridges:
                if begun < 0:
                    begun = at - 1
            else:
                if begun < 0:
                    extend(before)
                else:
                    extend(self._stretch(chunks[begun:at]))
                    begun = -1
                before = own
            tail = end
        extend(before if begun < 0 else self._stretch(chunks[begun:]))
        return ids

    def _chunk(self, chunk: str) -> Chunk:
        """What is to be known of a chunk; remembered if it is short."""
        if _ONE_PIECE.fullmatch(chunk):
            ids = merge(self._units.ids(chunk), self._pairs)
            own = base = tuple(ids)
            if max(ids) >= self._first_phrase:
                base = tuple(b for id_ in ids for b in self._parts.get(id_) or (id_,))
            found: Chunk = own, base[0], base[-1] << PAIR_SHIFT, base
        else:
            found = self._pieces(chunk)
        if len(chunk) <= CACHED_LENGTH:
            if len(self._chunks) >= CACHE_SIZE:
                # A new dictionary would be lost on threads that hold the old one; clearing is atomic.
                self._chunks.clear()
            self._chunks[chunk] = found
        return found

    def _pieces(self, chunk: str) -> Chunk:
        """What is to be known of a chunk that is no word, or several pieces."""
        ids = tuple(self._exact(chunk))
        head = tail = _CLOSED
        # A letter before the chunk and behind it shows whether a phrase reaches in, and out.
        first = self._findall("\u0915" + chunk)[0]
        if len(first) > 1:
            head = self._base(first[1:])[0]
        last = self._findall(chunk + " \u0915")[-1]
        if last != " \u0915":
            tail = self._base(last[:-2])[-1] << PAIR_SHIFT
        return ids, head, tail, None

    def _stretch(self, chunks: list[str]) -> Sequence[int]:
        """The ids of chunks that bridges hold together."""
        text = "".join(chunks)
        ids = self._stretches.get(text)
        if ids is None:
            bases = [(self._chunks.get(chunk) or self._chunk(chunk))[3] for chunk in chunks]
            if None in bases:
                ids = tuple(self._exact(text))
            else:
                ids = tuple(merge([id_ for base in bases for id_ in base or ()], self._pairs))
            if len(text) <= CACHED_LENGTH:
                if len(self._stretches) >= CACHE_SIZE:
                    self._stretches.clear()
                self._stretches[text] = ids
        return ids

    def _base(self, piece: str) -> list[int]:
        """A piece's ids before phrases."""
        return merge(self._units.ids(piece), self._base_pairs)

    def _crossings(self, token: bytes) -> Iterable[int]:
        """The packed pairs of base tokens on either side of each space inside an entry."""
        first, *rest = token[1:].split(b" ")
        parts = [token[:1] + first, *(b" " + part for part in rest)]
        sides = [self._base(part.decode()) for part in parts]
        return [left[-1] << PAIR_SHIFT | right[0] for left, right in zip(sides, sides[1:], strict=False)]

    def _check(self, tokens: Iterable[int]) -> None:
        for token in tokens:
            if isinstance(token, bool) or not isinstance(token, int) or token not in self._bytes_of:
                raise KeyError(
                    f"{token!r} is no token of {self.name}: ids go from 0 to {self.max_token_value}."
                )


def _is_text(token: bytes) -> bool:
    try:
        token.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Units:
    """What merging starts from: the ids of a few characters at a time, merged as far as no others can matter.

    A unit is a character with the marks behind it, and what a virama or a joiner ties to it. Merging starts with
    the lowest ranks; up to the first entry that is more than one unit, whatever merges merges inside one,
    because where a unit ends is seen from the two characters there. So a unit's ids can be remembered.
    """

    def __init__(self, ranks: Mapping[bytes, int], pairs: Mapping[int, int]) -> None:
        self._byte_ids = [ranks[bytes([byte])] for byte in range(256)]
        end = min((rank for token, rank in ranks.items() if not _inside_unit(token)), default=1 << PAIR_SHIFT)
        self._pairs = {pair: rank for pair, rank in pairs.items() if rank < end}
        self._known: dict[str, list[int]] = {}

    def ids(self, piece: str) -> list[int]:
        """The ids of a piece, merged inside its units."""
        known = self._known.get
        return [id_ for unit in _UNIT.findall(piece) for id_ in known(unit) or self._new(unit)]

    def _new(self, unit: str) -> list[int]:
        found = merge([self._byte_ids[byte] for byte in unit.encode()], self._pairs)
        if len(unit) <= CACHED_LENGTH:
            if len(self._known) >= CACHE_SIZE:
                self._known.clear()
            self._known[unit] = found
        return found


def _inside_unit(token: bytes) -> bool:
    """Whether an entry is one byte, the beginning of a character, or one unit."""
    try:
        return len(token) == 1 or len(_UNIT.findall(token.decode())) == 1
    except UnicodeDecodeError as error:
        return error.start == 0 and error.reason == "unexpected end of data"


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

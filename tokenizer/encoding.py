"""Text to token ids and back. Method names and meanings are tiktoken's; an `Encoding` never changes.

Encoding costs what is new, not what is long. One thing is used on every level: where two neighbours stand
beside each other in no entry, no entry reaches across, so what is left and right of them is encoded apart.

A text is cut at its blanks into chunks (words, with what is glued to them), and a chunk's ids are remembered.
No piece of `pat_str` reaches over a blank but a phrase, and an entry with a blank inside can only begin where
the two tokens beside that blank are a known bridge. So a text is its chunks' ids one after the other, but for
the few stretches held together by bridges, and those are remembered too. A line's new chunks are cut in the same
way into parts of a few units each; most parts are an entry, the others are merged.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import accumulate, chain, pairwise, product
from operator import itemgetter
from typing import Literal, TypeVar

import regex

from tokenizer.bpe import Pairs, merge, merge_apart, pair_ranks
from tokenizer.patterns import INDIC_PHRASES, compiled
from tokenizer.quick import CHUNK, CHUNKS, LONGEST, PIECES, UNIT, WORDS, words_of

# How many chunks, stretches and units are remembered. A language's words take less than 100 MB; filled on purpose
# with the worst there is, words take 250 MB.
CACHE_SIZE = 1 << 18

# So many words are looked up at a time; more, and a new one would often be there twice.
BATCH = 128

# In the text of a token each byte that is no text alone is two surrogates; the first is found with memchr.
_ESCAPE = "\udfff"
_ESCAPED = re.compile(f"{_ESCAPE}[\udc80-\udcff](?:{_ESCAPE}[\udc80-\udcff])*")
_SURROGATE = regex.compile(r"[\ud800-\udfff]")

_CHARACTER = re.compile("(?s:.)")

Ids = tuple[int, ...]

# After the last chunk; no entry has it.
_END = (-1,)

_Value = TypeVar("_Value", bound=Sequence[int])


class _Kept(dict[str, _Value]):
    """What was computed of short strings, not too many.

    When it is full everything is forgotten: clearing is atomic, so threads need no lock.
    """

    def keep(self, key: str, value: _Value) -> _Value:
        """Keep one, if it is short, and give it back."""
        if len(key) <= LONGEST and len(value) <= LONGEST:
            if len(self) >= CACHE_SIZE:
                self.clear()
            self[key] = value
        return value

    def keep_all(self, keys: Sequence[str], values: Sequence[_Value]) -> None:
        """Keep some that are short."""
        if len(self) >= CACHE_SIZE:
            self.clear()
        self.update(zip(keys, values, strict=True))


class _Memo(_Kept[_Value]):
    """The same, where what is not there is computed when asked for."""

    def __init__(self, compute: Callable[[str], _Value], before: str = "") -> None:
        """With `before`, each value is of that and its key."""
        self._compute = compute
        self._before = before

    def __missing__(self, key: str) -> _Value:
        return self.keep(key, self._compute(self._before + key))


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
        self._text_of = {id_: _escaped(token) for id_, token in self._bytes_of.items()}
        self._findall = compiled(pat_str).findall
        self._pairs = pair_ranks(self._ranks)
        self._learn_units()
        self._learn_bridges()
        self._chunks = _Memo(self._chunk)
        self._words = _Memo(self._chunk, " ")
        for ids in self._whole.values():
            text = self._text_of[ids[0]]
            if len(ids) == 1 and WORDS.fullmatch(text) and " " not in text[1:]:
                known = self._words if text[0] == " " else self._chunks
                known[text.removeprefix(" ")] = (ids[0],)
        self._stretches: _Kept[Ids] = _Kept()

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
        """`encode` for each text, in this process: getting the ids back from others takes as long as encoding.

        On 34 MB of Hindi two processes gain a tenth the first time, and lose as soon as words come again
        (`python -m benchmarks.speed`).
        """
        return [
            self.encode(text, allowed_special=allowed_special, disallowed_special=disallowed_special)
            for text in texts
        ]

    def encode_ordinary_batch(self, texts: Iterable[str]) -> list[list[int]]:
        """`encode_ordinary` for each text, in this process (see `encode_batch`)."""
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
            if _ESCAPE in text:
                text = _ESCAPED.sub(lambda run: _unescaped(run[0]).decode("utf-8", errors), text)
        except (KeyError, TypeError, UnicodeDecodeError):  # one, none, what is no token, or what is no text
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

    def unreachable(self) -> list[int]:
        """The ids no text gets, because their own bytes encode to others.

        >>> ranks = {bytes([b]): b for b in range(256)} | {b"abc": 256}
        >>> Encoding("tiny", pat_str=r".+", mergeable_ranks=ranks, special_tokens={}).unreachable()
        [256]
        """
        reached = {ids[0] for ids in self._whole.values()}
        return [rank for rank in self._ranks.values() if rank not in reached]

    def token_byte_values(self) -> list[bytes]:
        """The bytes of every ordinary token, sorted."""
        return sorted(self._ranks)

    # --- how it works -----------------------------------------------------------------------------

    def _exact(self, text: str) -> list[int]:
        """The ids by definition: each piece merged by itself."""
        return [id_ for piece in filter(None, self._findall(text)) for id_ in self._merged(piece)]

    def _merged(self, piece: str) -> Ids:
        """The ids of a piece."""
        [ids] = merge_apart(self._start(piece), self._pairs, self._inside, self._whole)
        return ids

    def _start(self, piece: str) -> Iterable[int]:
        """What merging a piece starts from: the ids of its units."""
        return chain.from_iterable(map(self._units.__getitem__, UNIT.findall(piece)))

    def _unit(self, unit: str) -> list[int]:
        """The ids of a unit, merged as far as nothing outside it can matter.

        Merging starts with the lowest ranks; up to the first entry that is more than one unit, whatever merges
        merges inside one, because where a unit ends is seen from the two characters there.
        """
        return merge(list(chain.from_iterable(map(self._characters.__getitem__, unit))), self._unit_pairs)

    def _character(self, character: str) -> list[int]:
        """The same of a character."""
        return merge([self._byte_ids[byte] for byte in character.encode()], self._character_pairs)

    def _join(self, text: str) -> list[int]:
        """The ids of a text from those of its chunks."""
        ids: list[int] = []
        between = ""  # what is between the lines that are only words and spaces
        for line in text.split("\n"):
            words, blanks = words_of(line)
            if not words:
                between += line + "\n"
                continue
            if between:
                self._join_odd(ids, between)
            self._append(ids, self._line(words), words, " ")
            between = blanks + "\n"
        if between != "\n":
            self._join_odd(ids, between[:-1])
        return ids

    def _join_odd(self, ids: list[int], text: str) -> None:
        """Append the ids of line ends, and of lines with other blanks than spaces between words."""
        if text == "\n":
            ids += self._chunks[text]
        else:
            texts = CHUNK.findall(text)
            self._append(ids, list(map(self._known, texts)), texts, "")

    def _append(self, ids: list[int], chunks: list[Ids], texts: list[str], between: str) -> None:
        """Append the ids of chunks one after the other, and of the stretches that bridges hold together."""
        bridges, stretches, extend = self._bridges, self._stretches.get, ids.extend
        begun = -1  # where the stretch begins, if there is one
        before: Ids = ()
        last = -1
        chunks.append(_END)
        for at, own in enumerate(chunks):
            if (last, own[0]) in bridges:
                if begun < 0:
                    begun = at - 1
            else:
                if begun < 0:
                    extend(before)
                else:
                    text = between.join(texts[begun:at])
                    if begun:
                        text = between + text
                    extend(stretches(text) or self._stretch(text, chunks[begun:at]))
                    begun = -1
                before = own
            last = own[-1]

    def _line(self, words: list[str]) -> list[Ids]:
        """The ids of a line's words, all but the first with a blank before."""
        chunks = [self._chunks.get(words[0]), *map(self._words.get, words[1:])]
        if None not in chunks:
            return chunks  # type: ignore[return-value]
        if len(words) > BATCH:
            parts = [words[at : at + BATCH] for at in range(0, len(words), BATCH)]
            for part in parts[1:]:
                part[0] = " " + part[0]
            return list(chain.from_iterable(map(self._line, parts)))
        return self._learn(words, chunks)

    def _learn(self, words: list[str], chunks: list[Ids | None]) -> list[Ids]:
        """The same, where `chunks` is what was remembered: the new ones are merged together."""
        new = [word for word, ids in zip(words, chunks, strict=True) if ids is None]
        first = chunks[0] is None
        text = " ".join(new) if first else " " + " ".join(new)
        if not WORDS.fullmatch(text):
            if not CHUNKS.fullmatch(text):
                return [self._known(words[0]), *map(self._words.__getitem__, words[1:])]
            # A line end between two pieces; before a blank there is no need of one.
            text = "\n".join(PIECES.findall(text)).replace("\n ", " ")
        found = merge_apart(self._start(text), self._pairs, self._inside_chunks, self._whole, self._begins)
        if "\n" in text:
            found = self._without_line_ends(found)
        if first:
            self._chunks.keep_all(new[:1], found[:1])
        self._words.keep_all(new[first:], found[first:])
        rest = iter(found)
        return [ids or next(rest) for ids in chunks]

    def _without_line_ends(self, apart: list[Ids]) -> list[Ids]:
        """What begins with a line end joined to what is before."""
        joined: list[Ids] = []
        for ids in apart:
            if ids[0] == self._line_end:
                joined[-1] += ids[1:]
            else:
                joined.append(ids)
        return joined

    def _known(self, chunk: str) -> Ids:
        """What is remembered of a chunk."""
        return self._words[chunk[1:]] if chunk[0] == " " else self._chunks[chunk]

    def _chunk(self, chunk: str) -> Ids:
        """The ids of a chunk alone."""
        if not WORDS.fullmatch(chunk):
            pieces = self._findall(chunk)
            if len(pieces) > 1:
                return tuple(chain.from_iterable(map(self._known, pieces)))
        return self._merged(chunk)

    def _stretch(self, text: str, chunks: list[Ids]) -> Ids:
        """The ids of chunks that bridges hold together."""
        if WORDS.fullmatch(text):
            return self._stretches.keep(text, self._phrase(chunks))
        found: list[int] = []
        for piece in self._findall(text):
            found += self._phrase(map(self._known, CHUNK.findall(piece)))
        return self._stretches.keep(text, tuple(found))

    def _phrase(self, chunks: Iterable[Ids]) -> Ids:
        """The ids of the chunks of one piece: phrases merge what is there before phrases."""
        ids = list(chain.from_iterable(chunks))
        if not self._before.keys().isdisjoint(ids):
            ids = [part for id_ in ids for part in self._before.get(id_) or (id_,)]
        return tuple(merge(ids, self._pairs))

    def _learn_units(self) -> None:
        """What `_start` needs; and how entries start, for `merge_apart`."""
        self._byte_ids = [self._ranks[bytes([byte])] for byte in range(256)]
        self._character_pairs = self._pairs_before(lambda token: not _is_one(_CHARACTER, token))
        self._unit_pairs = self._pairs_before(lambda token: not _is_one(UNIT, token))
        self._characters = _Memo(self._character)
        self._units = _Memo(self._unit)
        starts = {rank: self._start_of(token) for token, rank in self._ranks.items()}
        base = self._pairs.base
        self._inside = {a * base + b for ids in starts.values() for a, b in pairwise(ids)}
        # The same in lines of chunks, where what begins with a blank or a line end is joined to nothing before it,
        # and a line end to nothing at all.
        self._line_end = self._byte_ids[ord("\n")]
        self._begins = {rank for token, rank in self._ranks.items() if token[0] in b" \n"}
        self._inside_chunks = {
            pair
            for pair in self._inside
            if pair % base not in self._begins and pair // base != self._line_end
        }
        self._whole = {
            tuple(ids): [rank] for rank, ids in starts.items() if merge(ids, self._pairs) == [rank]
        }

    def _start_of(self, token: bytes) -> list[int]:
        """What merging an entry starts from."""
        try:
            return list(self._start(token.decode()))
        except UnicodeDecodeError:
            return merge([self._byte_ids[byte] for byte in token], self._unit_pairs)

    def _pairs_before(self, wide: Callable[[bytes], bool]) -> Pairs:
        """The pairs whose rank is lower than that of any entry that is too wide."""
        wide_ranks = (rank for token, rank in self._ranks.items() if wide(token))
        return self._pairs.before(min(wide_ranks, default=self._pairs.base))

    def _learn_bridges(self) -> None:
        """Which tokens on either side of a blank stand so in an entry."""
        phrases = [token for token in self._ranks if b" " in token[1:] and token.strip(b" ")]
        first = min((self._ranks[token] for token in phrases), default=self._pairs.base)
        before = self._pairs.before(first)
        # Words learned among the phrases, and what they are before phrases.
        self._before = {
            rank: tuple(merge(self._start_of(token), before))
            for token, rank in self._ranks.items()
            if rank >= first and b" " not in token[1:]
        }
        begins, ends = defaultdict(list), defaultdict(list)
        for rank, parts in self._before.items():
            begins[parts[0]].append(rank)
            ends[parts[-1]].append(rank)
        self._bridges: set[tuple[int, int]] = set()
        for token in phrases:
            sides = [merge(self._start_of(word), before) for word in re.findall(b" ?[^ ]+| ", token)]
            for left, right in zip(sides, sides[1:], strict=False):
                lefts = left[-1], *ends[left[-1]]
                self._bridges.update(product(lefts, (right[0], *begins[right[0]])))

    def _check(self, tokens: Iterable[int]) -> None:
        for token in tokens:
            if isinstance(token, bool) or not isinstance(token, int) or token not in self._bytes_of:
                raise KeyError(
                    f"{token!r} is no token of {self.name}: ids go from 0 to {self.max_token_value}."
                )


def _is_one(kind: "re.Pattern[str]", token: bytes) -> bool:
    """Whether an entry is one byte, the beginning of a character, or one of its kind."""
    try:
        return len(token) == 1 or len(kind.findall(token.decode())) == 1
    except UnicodeDecodeError as error:
        return error.start == 0 and error.reason == "unexpected end of data"


def _escaped(token: bytes) -> str:
    try:
        return token.decode()
    except UnicodeDecodeError:
        return re.sub("[\udc80-\udcff]", _ESCAPE + r"\g<0>", token.decode("utf-8", "surrogateescape"))


def _unescaped(text: str) -> bytes:
    return text.replace(_ESCAPE, "").encode("utf-8", "surrogateescape")


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

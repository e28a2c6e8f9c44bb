"""Documents -> `mergeable_ranks`: byte pair encoding, stratum after stratum.

Bytes, characters, aksharas, words, phrases: the same merge loop learns on longer and longer units, and
every merge of a lower stratum outranks every merge of a higher one. A vowel sign is thus joined to its
consonant before the consonant can be joined to anything else.

The loop is exact and incremental: a pair is born when its younger half is, and from then on its count only
falls, so a heap with stale entries pushed back always yields the most frequent pair (the method of
Sennrich's subword-nmt, with the heap of `tokenizers`). Ties go to the smallest pair of ids.
"""

import gc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import NoReturn

import numpy as np
import regex
from tqdm import tqdm

from tokenizer.akshara import SCRIPTS, aksharas
from tokenizer.arrays import (
    Array,
    among,
    cut_at,
    distinct_runs,
    keys,
    owners,
    ragged,
    runs_of,
    summed,
    threshold,
)
from tokenizer.bpe import Pairs, merge, pair_ranks
from tokenizer.chunks import PHRASE, WORD, Chunks, cut
from tokenizer.counting import Counted, count, totals
from tokenizer.phrases import BEGINS, GOES_ON, WALL, Tokens, phrase_runs

# A pair of ids as one integer.
PAIR_SHIFT = 24
_MASK = (1 << PAIR_SHIFT) - 1

Allowed = Callable[[bytes, bytes], bool]


@dataclass(frozen=True)
class Trained:
    """What training gives: the ranks, and how many entries each stratum has, lowest first."""

    mergeable_ranks: dict[bytes, int]
    strata: dict[str, int]


@dataclass(frozen=True)
class Options:
    """What decides how the entries are divided between the strata."""

    vocab_size: int = 4998  # entries with the bytes, without special tokens
    scripts: tuple[str, ...] = ("Devanagari",)
    akshara_coverage: float = 0.98  # share of akshara occurrences that are one token after their stratum
    lone_marks: float = 0.005  # marks that may stay tokens of their own after it, per akshara
    left_wall: bool = True  # whether the first token of an akshara still in pieces joins nothing before it
    character_share: float = 1e-4  # how frequent a character of no chosen script must be to get an entry
    word_share: float = 0.6  # of the entries left after the aksharas, words' part; phrases get the rest
    phrase_words: int = 4  # the longest phrase
    template_lines: int = 2  # lines of one template that count


class TrainingError(ValueError):
    """The text or the options cannot give the vocabulary asked for; the message says why."""


@contextmanager
def _without_collection() -> Iterator[None]:
    """No search for cycles: there are none, and looking at millions of lists takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_without_collection()
def train(documents: Iterable[tuple[str, int]], options: Options | None = None) -> Trained:
    """Learn a vocabulary from clean documents, each with a whole-number weight.

    Raises `TrainingError` for an empty corpus, and for a `vocab_size` that is too small for the lower
    strata or larger than the text can fill.

    >>> from tokenizer.training import Options, train
    >>> small = train([("हिन्दी हिन्दी हिन्दी", 1)], Options(vocab_size=270, word_share=1.0))
    >>> small.strata
    {'bytes': 256, 'characters': 8, 'aksharas': 4, 'words': 2, 'phrases': 0}
    """
    texts: dict[int, list[str]] = defaultdict(list)
    for text, weight in documents:
        texts[weight].append(text)
    return learn({weight: count(own) for weight, own in texts.items()}, options)


@_without_collection()
def learn(corpus: Mapping[int, Counted], options: Options | None = None) -> Trained:
    """Learn a vocabulary from counted text: weight -> the lines of that weight. Raises as `train` does."""
    options = options or Options()
    chunks, numbers, counts = _chunks(corpus)
    table = cut(chunks)
    weights = np.repeat(counts, np.diff(table.ends, prepend=0))
    total = np.bincount(table.numbers, weights, minlength=len(table.aksharas)).astype(np.int64).tolist()
    aksharas = {akshara: n for akshara, n in zip(table.aksharas, total, strict=True) if n}
    if not any(akshara.strip() for akshara in aksharas):
        raise TrainingError("The corpus is empty: give at least one source with text in it.")
    tokens = [bytes([byte]) for byte in range(256)]
    sizes = [len(tokens)]
    with tqdm(total=options.vocab_size, initial=256, desc="merges", unit="") as progress:
        tokens += characters(aksharas, options)
        sizes.append(len(tokens))
        if len(tokens) >= options.vocab_size:
            raise TrainingError(
                f"vocab_size {options.vocab_size} is too small: bytes and characters alone take {len(tokens)}."
            )
        progress.update(len(tokens) - 256)
        learn_aksharas(aksharas, tokens, options, progress)
        sizes.append(len(tokens))
        begun = _begin(table, tokens)
        word_end = len(tokens) + round(options.word_share * (options.vocab_size - len(tokens)))
        learn_words(begun, weights[begun.akshara], tokens, word_end, options, progress)
        sizes.append(len(tokens))
        if len(tokens) < options.vocab_size:
            merged = _merged(begun, table, tokens, sizes[-2], options)
            learn_phrases(corpus, numbers, merged, tokens, options, progress)
        sizes.append(len(tokens))
    if len(tokens) < options.vocab_size:
        raise TrainingError(
            f"The text fills only {len(tokens)} of {options.vocab_size} entries: give more text, or ask for fewer."
        )
    names = ("bytes", "characters", "aksharas", "words", "phrases")
    added = [size - before for size, before in zip(sizes, [0, *sizes], strict=False)]
    ranks = {token: rank for rank, token in enumerate(tokens)}
    return Trained(ranks, dict(zip(names, added, strict=True)))


def _chunks(corpus: Mapping[int, Counted]) -> tuple[list[str], dict[int, Array], Array]:
    """The distinct chunks of all weights, the place of each weight's chunks among them, and their counts."""
    place: dict[str, int] = {}
    numbers = {
        weight: np.array([place.setdefault(chunk, len(place)) for chunk in counted.chunks], np.int32)
        for weight, counted in corpus.items()
    }
    counts = np.zeros(len(place), np.int64)
    for weight, counted in corpus.items():
        counts[numbers[weight]] += weight * totals(counted)
    return list(place), numbers, counts


# --- The strata ------------------------------------------------------------------------------


def characters(aksharas: Mapping[str, int], options: Options) -> list[bytes]:
    """UTF-8 of the characters that get entries, each after the prefixes that lead to it.

    All characters of the scripts seen in the text, and those of other scripts that are frequent enough.
    """
    counts: Counter[str] = Counter()
    for akshara, n in aksharas.items():
        for character in akshara:
            counts[character] += n
    least = options.character_share * counts.total()
    chosen = [
        character
        for character, n in counts.items()
        if "\u0080" <= character <= "\uffff" and (n >= least or _of_script(character, options.scripts))
    ]
    entries: dict[bytes, None] = {}
    for character in sorted(chosen, key=lambda c: (-counts[c], c)):
        encoded = character.encode()
        for end in range(2, len(encoded) + 1):
            entries[encoded[:end]] = None
    # Prefixes first: a character can only be merged from one.
    return sorted(entries, key=_is_text)


def learn_aksharas(
    aksharas: Mapping[str, int], tokens: list[bytes], options: Options, progress: "tqdm[NoReturn]"
) -> None:
    """Merge inside aksharas until the wanted share of their occurrences is one token each.

    Then join marks to their letters until few enough are tokens of their own.
    """
    chosen = {a: n for a, n in aksharas.items() if len(a) > 1 and _of_script(a[0], options.scripts)}
    pairs = _pair_ranks(tokens)
    encoded = [merge(list(akshara.encode()), pairs) for akshara in chosen]
    total = sum(chosen.values())
    learner = _Learner(encoded, list(chosen.values()), tokens, _starts_with_letter)
    whole = sum(n for ids, n in zip(encoded, chosen.values(), strict=True) if len(ids) == 1)
    while whole < options.akshara_coverage * total and len(tokens) < options.vocab_size:
        changed = learner.step()
        if changed is None:
            break
        whole += sum(learner.counts[index] for index in changed if len(learner.sequences[index]) == 1)
        progress.update()

    marks = {rank for rank, token in enumerate(tokens) if _is_text(token) and _starts_with_mark(token)}
    learner = _Learner(learner.sequences, learner.counts, tokens, _joins_mark)
    while _occurrences(marks, learner) > options.lone_marks * total and len(tokens) < options.vocab_size:
        if learner.step() is None:
            break
        progress.update()


@dataclass(frozen=True)
class _Begun:
    """The chunks as tokens before words are learned: no entry reaches over an akshara's end yet."""

    tokens: Array
    akshara: Array  # for each token: the place of its akshara in the chunks,
    starts: Array  # and whether it is the first of it,
    ends: Array  # and the last
    broken: Array  # whether its akshara is several tokens
    begins: Array  # the pieces that begin with it: WORD, PHRASE


def _begin(table: Chunks, tokens: Sequence[bytes]) -> _Begun:
    pairs = _pair_ranks(tokens)
    encoded = [merge(list(akshara.encode()), pairs) for akshara in table.aksharas]
    sizes = np.array([len(ids) for ids in encoded], np.int64)
    size = sizes[table.numbers]
    source = ragged((np.cumsum(sizes) - sizes)[table.numbers], size)
    last = np.cumsum(size) - 1
    starts, ends = np.zeros(len(source), np.bool_), np.zeros(len(source), np.bool_)
    starts[last - size + 1] = ends[last] = True
    akshara = np.repeat(np.arange(len(size)), size)
    return _Begun(
        np.array([id_ for ids in encoded for id_ in ids], np.int64)[source], akshara, starts, ends,
        size[akshara] > 1, np.where(starts, table.begins[akshara], 0),
    )  # fmt: skip


def learn_words(
    begun: _Begun, weights: Array, tokens: list[bytes], end: int, options: Options, progress: "tqdm[NoReturn]"
) -> None:
    """Merge inside words up to `end` entries.

    With walls an akshara that is several tokens joins nothing before it: it may grow to the right only, because
    the entry it would make with what stands before it would end in half an akshara.
    """
    cuts = begun.begins & WORD > 0
    if options.left_wall:
        cuts |= begun.starts & begun.broken
    first, size = len(tokens), np.int64(len(tokens))
    inside = np.flatnonzero(~cuts[1:])
    codes = begun.tokens[inside] * size + begun.tokens[inside + 1]
    pairs, counts = summed(codes, weights[inside])
    # What stands on either side of a pair never occurs more often together than the pair itself, so runs can be
    # cut at pairs rarer than any that is learned: fewer and shorter runs, more of them equal.
    for least in (threshold(counts, end - first), 0):
        own = cuts.copy()
        own[inside + 1] |= among(codes, pairs[counts < least])
        learner = _Learner(*distinct_runs(begun.tokens, own, weights), tokens, _whole_aksharas)
        while len(tokens) < end and learner.step() is not None:
            progress.update()
        if (len(tokens) == end and learner.last >= least) or not least:
            return
        progress.update(first - len(tokens))
        del tokens[first:]


def _merged(begun: _Begun, table: Chunks, tokens: Sequence[bytes], first: int, options: Options) -> Tokens:
    """The chunks as tokens after words are learned, `first` being the first entry that is more than an akshara.

    Each distinct stretch between places that no entry reaches over is merged once.
    """
    pairs = _pair_ranks(tokens)
    size = np.int64(len(tokens))
    lower = pairs.before(first)
    inside = {a * int(size) + b for token in tokens[first:] for a, b in pairwise(merge(list(token), lower))}
    cuts = begun.begins > 0
    cuts[1:] |= ~among(begun.tokens[:-1] * size + begun.tokens[1:], np.array(sorted(inside), np.int64))
    starts, ends = cut_at(cuts)
    _, example, place = np.unique(keys(begun.tokens, ends), return_index=True, return_inverse=True)
    made = [merge(ids, pairs) for ids in runs_of(begun.tokens, starts[example], ends[example])]
    sizes = np.array([len(ids) for ids in made], np.int64)
    own = sizes[place]
    merged = np.array([id_ for ids in made for id_ in ids], np.int64)[
        ragged((np.cumsum(sizes) - sizes)[place], own)
    ]
    # A token ends where the last one that it is made of ends.
    length = np.array([len(token) for token in tokens])
    offsets = np.cumsum(length[merged])
    last = np.searchsorted(np.cumsum(length[begun.tokens]), offsets)
    whole = begun.ends[last]
    places = np.full(len(merged), GOES_ON, np.uint8)
    if options.left_wall:
        places[1:][whole[:-1] & ~whole[1:]] = WALL
    places[(np.cumsum(own) - own)[begun.begins[starts] & PHRASE > 0]] = BEGINS
    chunk_ends = np.searchsorted(begun.akshara[last], table.ends, side="left")
    return Tokens(merged, places, chunk_ends, table.opens, table.closes, len(tokens))


def learn_phrases(
    corpus: Mapping[int, Counted],
    numbers: Mapping[int, Array],
    merged: Tokens,
    tokens: list[bytes],
    options: Options,
    progress: "tqdm[NoReturn]",
) -> None:
    """Merge across blanks up to `vocab_size`, each distinct run of a line counted once a line."""

    def allowed(left: bytes, right: bytes) -> bool:
        joined = left + right
        return joined[1:].count(b" ") < options.phrase_words and _whole_aksharas(left, right)

    wanted = options.vocab_size - len(tokens)
    runs, counts = phrase_runs(corpus, numbers, merged, wanted, options.template_lines)
    learner = _Learner(runs, counts, tokens, allowed)
    while len(tokens) < options.vocab_size and learner.step() is not None:
        progress.update()


# --- The merge loop -----------------------------------------------------------------------------


class _Learner:
    """Sequences of ids with counts, and the pairs in them; each step appends one entry to `tokens`."""

    def __init__(
        self, sequences: list[list[int]], counts: list[int], tokens: list[bytes], allowed: Allowed
    ) -> None:
        self.sequences, self.counts, self.tokens = sequences, counts, tokens
        self.ranks = {token: rank for rank, token in enumerate(tokens)}
        self.allowed = allowed
        self.last = 0  # how often the last entry occurred when it was learned
        flat = np.array([id_ for ids in sequences for id_ in ids], np.int64)
        owner = owners(np.cumsum([len(ids) for ids in sequences], dtype=np.int64))
        inside = np.flatnonzero(owner[1:] == owner[:-1])
        pairs, owner = flat[inside] << PAIR_SHIFT | flat[inside + 1], owner[inside]
        distinct, sums = summed(pairs, np.array(counts, np.int64)[owner])
        self.pair_counts: dict[int, int] = defaultdict(
            int, zip(distinct.tolist(), sums.tolist(), strict=True)
        )
        # Which sequences a pair has been in: appended to, never cleaned, because a merge looks anyway.
        order = np.argsort(pairs, kind="stable")
        starts, ends = cut_at(np.diff(pairs[order], prepend=-1) != 0)
        self.postings: dict[int, list[int]] = defaultdict(
            list, zip(distinct.tolist(), runs_of(owner[order], starts, ends), strict=True)
        )
        self.heap = [(-count, pair) for pair, count in self.pair_counts.items()]
        heapify(self.heap)

    def step(self) -> list[int] | None:
        """Make the most frequent pair an entry; the indices of the sequences it changed, or None at the end."""
        while self.heap:
            negative, pair = heappop(self.heap)
            count = self.pair_counts.get(pair, 0)
            if count <= 0:
                continue
            if count != -negative:
                heappush(self.heap, (-count, pair))
                continue
            if not self._may(pair):
                continue
            joined = self.tokens[pair >> PAIR_SHIFT] + self.tokens[pair & _MASK]
            rank = self.ranks.get(joined)
            if rank is not None:  # an entry already, reached by another pair: merge, but learn nothing
                self._apply(pair, rank)
                continue
            rank = self.ranks[joined] = len(self.tokens)
            self.tokens.append(joined)
            self.last = count
            return self._apply(pair, rank)
        return None

    def _may(self, pair: int) -> bool:
        return self.allowed(self.tokens[pair >> PAIR_SHIFT], self.tokens[pair & _MASK])

    def _apply(self, pair: int, new: int) -> list[int]:
        left, right = pair >> PAIR_SHIFT, pair & _MASK
        changed = []
        born = set()
        pair_counts, postings = self.pair_counts, self.postings
        for index in dict.fromkeys(postings.pop(pair)):
            ids, count = self.sequences[index], self.counts[index]
            at, end, hit = 0, len(ids) - 1, False
            while True:
                try:
                    at = ids.index(left, at, end)
                except ValueError:
                    break
                if ids[at + 1] != right:
                    at += 1
                    continue
                hit = True
                if at:
                    before = ids[at - 1] << PAIR_SHIFT
                    pair_counts[before | left] -= count
                    pair_counts[before | new] += count
                    postings[before | new].append(index)
                    born.add(before | new)
                if at + 2 < len(ids):
                    after = ids[at + 2]
                    pair_counts[right << PAIR_SHIFT | after] -= count
                    pair_counts[new << PAIR_SHIFT | after] += count
                    postings[new << PAIR_SHIFT | after].append(index)
                    born.add(new << PAIR_SHIFT | after)
                ids[at : at + 2] = [new]
                end -= 1
            if hit:
                changed.append(index)
        del pair_counts[pair]
        for fresh in sorted(born):
            if (count := pair_counts.get(fresh, 0)) > 0:
                heappush(self.heap, (-count, fresh))
        return changed


# --- What may merge -----------------------------------------------------------------------------

_PARTIAL_START = regex.compile(r" ?[\p{M}\u200c\u200d]")


def _is_text(token: bytes) -> bool:
    try:
        token.decode()
    except UnicodeDecodeError:
        return False
    return True


def _starts_with_letter(left: bytes, right: bytes) -> bool:
    """Inside an akshara: both halves are whole characters, and the left one is no mark."""
    return _is_text(left) and _is_text(right) and not _PARTIAL_START.match(left.decode())


def _joins_mark(left: bytes, right: bytes) -> bool:
    """Inside an akshara, where the right half is a mark and what follows it."""
    return _starts_with_letter(left, right) and _starts_with_mark(right)


def _starts_with_mark(token: bytes) -> bool:
    return _PARTIAL_START.match(token.decode()) is not None


def _whole_aksharas(left: bytes, right: bytes) -> bool:
    """Across aksharas: no half starts with a mark, unless both are inside one akshara."""
    if not (_is_text(left) and _is_text(right)):
        return False
    before, after = left.decode(), right.decode()
    if _PARTIAL_START.match(before):
        return False
    return not _PARTIAL_START.match(after) or len(aksharas((before + after).removeprefix(" "))) == 1


# --- Helpers ------------------------------------------------------------------------------------


def _of_script(character: str, scripts: Sequence[str]) -> bool:
    return any(_SCRIPT[script].match(character) is not None for script in scripts)


_SCRIPT = {script: regex.compile(rf"\p{{{script}}}|[।॥\u200c\u200d]") for script in SCRIPTS}


def _occurrences(wanted: set[int], learner: _Learner) -> int:
    return sum(
        count * sum(map(wanted.__contains__, ids))
        for ids, count in zip(learner.sequences, learner.counts, strict=True)
    )


def _pair_ranks(tokens: Sequence[bytes]) -> Pairs:
    return pair_ranks({token: rank for rank, token in enumerate(tokens)})

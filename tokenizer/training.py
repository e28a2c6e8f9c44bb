"""Documents -> `mergeable_ranks`: byte pair encoding, stratum after stratum.

Bytes, characters, aksharas, words, phrases: the same merge loop learns on longer and longer units, and
every merge of a lower stratum outranks every merge of a higher one. A vowel sign is thus joined to its
consonant before the consonant can be joined to anything else.

The loop is exact and incremental: a pair is born when its younger half is, and from then on its count only
falls, so a heap with stale entries pushed back always yields the most frequent pair (the method of
Sennrich's subword-nmt, with the heap of `tokenizers`). Ties go to the smallest pair of ids.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import accumulate
from typing import NoReturn

import regex
from tqdm import tqdm

from tokenizer.akshara import SCRIPTS, aksharas
from tokenizer.bpe import PAIR_SHIFT, merge, pair_ranks
from tokenizer.counting import count_pieces
from tokenizer.patterns import INDIC, INDIC_PHRASES, pieces

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


def train(documents: Iterable[tuple[str, int]], options: Options | None = None) -> Trained:
    """Learn a vocabulary from clean documents, each with a whole-number weight.

    Raises `TrainingError` for an empty corpus, and for a `vocab_size` that is too small for the lower
    strata or larger than the text can fill.

    >>> from tokenizer.training import Options, train
    >>> small = train([("हिन्दी हिन्दी हिन्दी", 1)], Options(vocab_size=270, word_share=1.0))
    >>> small.strata
    {'bytes': 256, 'characters': 8, 'aksharas': 4, 'words': 2, 'phrases': 0}
    """
    options = options or Options()
    lines: dict[int, list[str]] = defaultdict(list)
    for text, weight in documents:
        lines[weight].append(text)
    words: Counter[str] = Counter()
    for weight, texts in sorted(lines.items()):
        words.update(count_pieces(texts, INDIC, weight=weight))
    if not any(piece.strip() for piece in words):
        raise TrainingError("The corpus is empty: give at least one source with text in it.")
    words = _common(words)
    tokens = [bytes([byte]) for byte in range(256)]
    sizes = [len(tokens)]
    with tqdm(total=options.vocab_size, initial=256, desc="merges", unit="") as progress:
        tokens += characters(words, options)
        sizes.append(len(tokens))
        if len(tokens) >= options.vocab_size:
            raise TrainingError(
                f"vocab_size {options.vocab_size} is too small: bytes and characters alone take {len(tokens)}."
            )
        progress.update(len(tokens) - 256)
        learn_aksharas(words, tokens, options, progress)
        sizes.append(len(tokens))
        word_end = len(tokens) + round(options.word_share * (options.vocab_size - len(tokens)))
        learn_words(words, tokens, word_end, options, progress)
        sizes.append(len(tokens))
        if len(tokens) < options.vocab_size:
            learn_phrases(lines, tokens, options, progress)
        sizes.append(len(tokens))
    if len(tokens) < options.vocab_size:
        raise TrainingError(
            f"The text fills only {len(tokens)} of {options.vocab_size} entries: give more text, or ask for fewer."
        )
    names = ("bytes", "characters", "aksharas", "words", "phrases")
    counts = [size - before for size, before in zip(sizes, [0, *sizes], strict=False)]
    ranks = {token: rank for rank, token in enumerate(tokens)}
    return Trained(ranks, dict(zip(names, counts, strict=True)))


# --- The strata ------------------------------------------------------------------------------


def characters(words: Mapping[str, int], options: Options) -> list[bytes]:
    """UTF-8 of the characters that get entries, each after the prefixes that lead to it.

    All characters of the scripts seen in the text, and those of other scripts that are frequent enough.
    """
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for character in word:
            counts[character] += count
    least = options.character_share * counts.total()
    chosen = [
        character
        for character, count in counts.items()
        if "\u0080" <= character <= "\uffff" and (count >= least or _of_script(character, options.scripts))
    ]
    entries: dict[bytes, None] = {}
    for character in sorted(chosen, key=lambda c: (-counts[c], c)):
        encoded = character.encode()
        for end in range(2, len(encoded) + 1):
            entries[encoded[:end]] = None
    # Prefixes first: a character can only be merged from one.
    return sorted(entries, key=_is_text)


def learn_aksharas(
    words: Mapping[str, int], tokens: list[bytes], options: Options, progress: "tqdm[NoReturn]"
) -> None:
    """Merge inside aksharas until the wanted share of their occurrences is one token each.

    Then join marks to their letters until few enough are tokens of their own.
    """
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for akshara in aksharas(word.removeprefix(" ")):
            if len(akshara) > 1 and _of_script(akshara[0], options.scripts):
                counts[akshara] += count
    encoded = _encode_all(list(counts), tokens)
    total = sum(counts.values())
    learner = _Learner(encoded, list(counts.values()), tokens, _starts_with_letter)
    whole = sum(c for ids, c in zip(encoded, counts.values(), strict=True) if len(ids) == 1)
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


def learn_words(
    words: Mapping[str, int], tokens: list[bytes], end: int, options: Options, progress: "tqdm[NoReturn]"
) -> None:
    """Merge inside words up to `end` entries."""
    counts: Counter[tuple[int, ...]] = Counter()
    encode = _WallEncoder(tokens, options.left_wall)
    for word, count in words.items():
        for part in encode(word):
            counts[part] += count
    learner = _Learner([list(ids) for ids in counts], list(counts.values()), tokens, _whole_aksharas)
    while len(tokens) < end and learner.step() is not None:
        progress.update()


def learn_phrases(
    lines: Mapping[int, Sequence[str]], tokens: list[bytes], options: Options, progress: "tqdm[NoReturn]"
) -> None:
    """Merge across blanks up to `vocab_size`, each distinct segment of a line counted once a line."""
    encode = _WallEncoder(tokens, options.left_wall)
    runs: list[tuple[list[tuple[int, ...]], int]] = []
    pair_counts: Counter[int] = Counter()
    for weight, texts in sorted(lines.items()):
        for line in _without_templates(texts, options.template_lines):
            parts = [p for piece in set(pieces(INDIC_PHRASES, line)) for p in encode(piece)]
            runs.append((parts, weight))
            for ids in parts:
                for pair in zip(ids, ids[1:], strict=False):
                    pair_counts[pair[0] << PAIR_SHIFT | pair[1]] += weight
    wanted = options.vocab_size - len(tokens)
    # The threshold under which no pair can become an entry: that of four times as many pairs as are wanted.
    frequent = sorted(pair_counts.values(), reverse=True)
    threshold = frequent[min(len(frequent) - 1, 4 * wanted)] if frequent else 1
    segments: Counter[tuple[int, ...]] = Counter()
    for parts, weight in runs:
        seen = {s for ids in parts for s in _cut(ids, pair_counts, threshold) if len(s) > 1}
        for segment in seen:
            segments[segment] += weight

    def allowed(left: bytes, right: bytes) -> bool:
        joined = left + right
        return joined[1:].count(b" ") < options.phrase_words and _whole_aksharas(left, right)

    learner = _Learner([list(ids) for ids in segments], list(segments.values()), tokens, allowed)
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
        self.pair_counts: dict[int, int] = defaultdict(int)
        # Which sequences a pair has been in: appended to, never cleaned, because a merge looks anyway.
        self.postings: dict[int, list[int]] = defaultdict(list)
        for index, ids in enumerate(sequences):
            for left, right in zip(ids, ids[1:], strict=False):
                pair = left << PAIR_SHIFT | right
                self.pair_counts[pair] += counts[index]
                self.postings[pair].append(index)
        self.heap = [(-count, pair) for pair, count in self.pair_counts.items() if self._may(pair)]
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
            joined = self.tokens[pair >> PAIR_SHIFT] + self.tokens[pair & _MASK]
            rank = self.ranks.get(joined)
            if rank is not None:  # an entry already, reached by another pair: merge, but learn nothing
                self._apply(pair, rank)
                continue
            rank = self.ranks[joined] = len(self.tokens)
            self.tokens.append(joined)
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
            if (count := pair_counts.get(fresh, 0)) > 0 and self._may(fresh):
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


def _common(words: Counter[str]) -> Counter[str]:
    """The words in a fixed order, most frequent first."""
    return Counter(dict(sorted(words.items(), key=lambda item: (-item[1], item[0]))))


def _occurrences(wanted: set[int], learner: _Learner) -> int:
    return sum(
        count * sum(map(wanted.__contains__, ids))
        for ids, count in zip(learner.sequences, learner.counts, strict=True)
    )


def _encode_all(texts: Sequence[str], tokens: list[bytes]) -> list[list[int]]:
    pairs = pair_ranks({token: rank for rank, token in enumerate(tokens)})
    return [merge(list(text.encode()), pairs) for text in texts]


class _WallEncoder:
    """Text -> its ids so far, cut before each akshara that is several tokens if there are walls.

    Such an akshara may grow to the right only: the entry it would make with what stands before it would
    end in half an akshara.
    """

    def __init__(self, tokens: list[bytes], left_wall: bool) -> None:
        self.pairs = pair_ranks({token: rank for rank, token in enumerate(tokens)})
        self.tokens = tokens
        self.left_wall = left_wall
        self.known: dict[str, list[tuple[int, ...]]] = {}

    def __call__(self, text: str) -> list[tuple[int, ...]]:
        """The runs of ids; a text of several words is put together from its words."""
        if " " not in text[1:]:
            return self._word(text)
        first, *rest = text[1:].split(" ")
        runs = [list(run) for run in self._word(text[0] + first)]
        for part in rest:
            more = self._word(" " + part)
            runs[-1] += more[0]
            runs += [list(run) for run in more[1:]]
        return [tuple(run) for run in runs]

    def _word(self, word: str) -> list[tuple[int, ...]]:
        if word not in self.known:
            self.known[word] = self._cut_at_walls(word)
        return self.known[word]

    def _cut_at_walls(self, word: str) -> list[tuple[int, ...]]:
        ids = merge(list(word.encode()), self.pairs)
        if not self.left_wall:
            return [tuple(ids)]
        ends = set(accumulate(len(akshara.encode()) for akshara in aksharas(word)))
        runs: list[list[int]] = [[]]
        offset = 0
        whole = True  # what is before this token ends with an akshara
        for token in ids:
            offset += len(self.tokens[token])
            if whole and offset not in ends and runs[-1]:
                runs.append([])
            runs[-1].append(token)
            whole = offset in ends
        return [tuple(run) for run in runs]


def _cut(ids: Sequence[int], pair_counts: Mapping[int, int], threshold: int) -> Iterable[tuple[int, ...]]:
    """The runs of ids whose every pair occurs often enough to become an entry."""
    start = 0
    for at in range(1, len(ids)):
        if pair_counts[ids[at - 1] << PAIR_SHIFT | ids[at]] < threshold:
            yield tuple(ids[start:at])
            start = at
    yield tuple(ids[start:])


def _without_templates(lines: Sequence[str], most: int) -> Iterable[str]:
    """Lines, but at most so many of one template: the same frequent words around changing rare ones."""
    counts = Counter(word for line in lines for word in line.split())
    frequent = {word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:1000]}
    seen: Counter[tuple[str, ...]] = Counter()
    for line in dict.fromkeys(lines):
        skeleton: list[str] = []
        for word in line.split():
            kept = word if word in frequent else "*"
            if kept != "*" or skeleton[-1:] != ["*"]:
                skeleton.append(kept)
        seen[key := tuple(skeleton)] += 1
        if seen[key] <= most:
            yield line

"""Lines of chunks -> the runs of tokens that phrases are learned from, with their counts.

A line is its chunks' tokens one after the other, and is cut where nothing may merge: between pieces, before an
akshara in pieces, at pairs too rare to become an entry. Boilerplate is the enemy of phrases, so at most so many
lines of one template count, and a run once a line.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np

from tokenizer.arrays import Array, among, cut_at, keys, mixed, owners, ragged, runs_of, summed, threshold
from tokenizer.counting import Counted, totals

# The words a template is recognised by: as many of the most frequent ones.
FREQUENT = 1000

# What a token's place in a line means: it continues, a piece begins, or it must not join what is before.
GOES_ON, BEGINS, WALL = 0, 1, 2


@dataclass(frozen=True)
class Tokens:
    """What each chunk becomes: its tokens and what their places mean, one chunk after the other."""

    tokens: Array
    places: Array
    ends: Array  # where each chunk's tokens end
    opens: Array  # whether a phrase may reach into the chunk from before,
    closes: Array  # and out of it into what follows
    n_vocab: int  # the tokens are below it


def phrase_runs(
    corpus: Mapping[int, Counted], numbers: Mapping[int, Array], table: Tokens, wanted: int, most: int
) -> tuple[list[list[int]], list[int]]:
    """The distinct runs of two tokens and more, and how often each occurs, times the weights.

    `corpus` is weight -> lines of that weight, `numbers` the place in `table` of each of their chunks; `wanted`
    is how many phrases are to be learned (runs are cut at pairs rarer than the first four times as many), `most`
    how many lines of one template count.
    """
    kept = {weight: _without_templates(counted, most) for weight, counted in corpus.items()}
    # What is read twice is held if it is small.
    held: dict[int, list[tuple[Array, Array, Array]]] = {}

    def lines(weight: int) -> Iterable[tuple[Array, Array, Array]]:
        if weight in held:
            return held[weight]
        made = _lines(corpus[weight], kept[weight], numbers[weight], table)
        if len(kept[weight]) > 1:
            return made
        return held.setdefault(weight, list(made))

    size = np.int64(table.n_vocab)
    # 1. how often each pair occurs
    found = []
    for weight in corpus:
        for tokens, cuts, _ in lines(weight):
            inside = ~cuts[1:]
            pairs, counts = np.unique(tokens[:-1][inside] * size + tokens[1:][inside], return_counts=True)
            found.append((pairs, weight * counts))
    if not found:
        return [], []
    pairs, counts = summed(*map(np.concatenate, zip(*found, strict=True)))
    if not len(pairs):
        return [], []
    frequent = pairs[counts >= threshold(counts, wanted)]
    # 2. the runs between the other pairs, each once a line
    runs: dict[int, list[int]] = {}
    weights: Counter[int] = Counter()
    for weight in corpus:
        for tokens, cuts, line in lines(weight):
            cuts[1:] |= ~among(tokens[:-1] * size + tokens[1:], frequent)
            starts, ends, names = _once_a_line(tokens, cuts, line)
            distinct, first, counts = np.unique(names, return_index=True, return_counts=True)
            for name, run in zip(distinct.tolist(), runs_of(tokens, starts[first], ends[first]), strict=True):
                runs.setdefault(name, run)
            weights.update(dict(zip(distinct.tolist(), (weight * counts).tolist(), strict=True)))
    return list(runs.values()), [weights[name] for name in runs]


def _lines(
    counted: Counted, kept: Sequence[Array], numbers: Array, table: Tokens
) -> Iterator[tuple[Array, Array, Array]]:
    """The kept lines, some millions of chunks at a time: tokens, whether each is cut off from the one before, and
    the number of its line. Of equal pieces in a line only the first is there, and none of a single token."""
    starts = np.append(0, table.ends[:-1])
    sizes = np.diff(table.ends, prepend=0)
    for (ids, ends), keep in zip(counted.blocks(), kept, strict=True):
        line = owners(ends)
        chosen = keep[line]
        chunk, line = numbers[ids[chosen]], line[chosen]
        size = sizes[chunk]
        source = ragged(starts[chunk], size)
        tokens, places = table.tokens[source], table.places[source]
        joined = np.flatnonzero(table.opens[chunk[1:]] & table.closes[chunk[:-1]] & (line[1:] == line[:-1]))
        places[np.cumsum(size)[joined]] = GOES_ON
        line = np.repeat(line, size)
        begin, end, _ = _once_a_line(tokens, places == BEGINS, line)
        source = ragged(begin, end - begin)
        if len(source):
            yield tokens[source].astype(np.int64), places[source] != GOES_ON, line[source]


def _once_a_line(tokens: Array, cuts: Array, line: Array) -> tuple[Array, Array, Array]:
    """Where the runs of two tokens and more begin and end, in order, and a key for each; equal ones once a line."""
    starts, ends = cut_at(cuts)
    long = ends - starts > 1
    names = keys(tokens, ends)[long]
    starts, ends = starts[long], ends[long]
    _, first = np.unique(mixed(names ^ mixed(line[starts])), return_index=True)
    first.sort()
    return starts[first], ends[first], names[first]


# --- Templates ----------------------------------------------------------------------------------


def _without_templates(counted: Counted, most: int) -> list[Array]:
    """For each block whether a line is kept: the first of equal lines, and at most so many of one template.

    A template is the same frequent words around changing rare ones.
    """
    words: dict[str, int] = {}
    word_of = np.array([words.setdefault(chunk.strip(), len(words)) for chunk in counted.chunks], np.int32)
    counts = np.bincount(word_of, totals(counted), minlength=len(words)).astype(np.int64).tolist()
    ranked = nsmallest(FREQUENT, ((-n, word) for n, word in zip(counts, words, strict=True) if word))
    # Rare words become -1, blanks -2.
    shown = np.full(len(words), -1, np.int32)
    frequent = [words[word] for _, word in ranked]
    shown[frequent] = frequent
    if "" in words:
        shown[words[""]] = -2
    shown = shown[word_of]
    seen: set[int] = set()
    templates: Counter[int] = Counter()
    return [_kept(ids, ends, shown[ids], seen, templates, most) for ids, ends in counted.blocks()]


def _kept(ids: Array, ends: Array, shown: Array, seen: set[int], templates: Counter[int], most: int) -> Array:
    """Which lines of a block are kept; notes in `seen` and `templates` what was in it."""
    line = owners(ends)
    stays = shown != -2
    shown, line = shown[stays], line[stays]
    # Neighbouring rare words of one line become one.
    stays = np.ones(len(shown), np.bool_)
    stays[1:] = (shown[1:] != -1) | (shown[:-1] != -1) | (line[1:] != line[:-1])
    skeleton_ends = np.cumsum(np.bincount(line[stays], minlength=len(ends)))
    kept = np.zeros(len(ends), np.bool_)
    texts, skeletons = keys(ids, ends).tolist(), keys(shown[stays], skeleton_ends).tolist()
    for at, (text, skeleton) in enumerate(zip(texts, skeletons, strict=True)):
        if text not in seen:
            seen.add(text)
            templates[skeleton] += 1
            kept[at] = templates[skeleton] <= most
    return kept

"""Runs of numbers laid end to end in one array: gathered, compared and counted without a loop.

A run is a word, a piece, a line; `ends` says where each ends.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Splitmix64's constants, and an odd base for polynomial hashes.
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_BASE = 0xD6E8FEB86659FD93
_INVERSE = pow(_BASE, -1, 1 << 64)


def ragged(starts: Array, sizes: Array) -> Array:
    """The indices of runs of these sizes that start there, one run after the other.

    >>> ragged(np.array([5, 9, 0]), np.array([3, 0, 2])).tolist()
    [5, 6, 7, 0, 1]
    """
    starts, sizes = starts[sizes > 0], sizes[sizes > 0]
    # Steps of one but where a run begins, added up: several times as fast as numpy.repeat.
    steps = np.ones(sizes.sum(), np.int64)
    if len(steps):
        steps[0] = starts[0]
        steps[np.cumsum(sizes[:-1])] = starts[1:] - starts[:-1] - sizes[:-1] + 1
    return np.cumsum(steps)


def owners(ends: Array) -> Array:
    """For each place the number of the run it is in.

    >>> owners(np.array([2, 2, 3])).tolist()
    [0, 0, 2]
    """
    return np.cumsum(np.bincount(ends, minlength=1)[:-1])


def cut_at(cuts: Array) -> tuple[Array, Array]:
    """Where the runs begin and end that a mask cuts before each place it marks.

    >>> [edge.tolist() for edge in cut_at(np.array([True, False, True]))]
    [[0, 2], [2, 3]]
    """
    starts = np.flatnonzero(cuts)
    if len(cuts) and (not len(starts) or starts[0]):
        starts = np.concatenate([[0], starts])
    return starts, np.append(starts[1:], len(cuts))[: len(starts)]


def keys(numbers: Array, ends: Array) -> Array:
    """A key for each run: equal runs have equal keys.

    Keys are 64 bits of a polynomial hash. In a corpus of a million distinct runs two share one by chance once in
    thirty million times; the same numbers give the same keys everywhere.

    >>> a, b, c = keys(np.array([7, 8, 7, 8, 8, 7]), np.array([2, 4, 6]))
    >>> a == b, a == c
    (np.True_, np.False_)
    """
    edges = np.append(0, ends)
    lowest = numbers.min(initial=0)
    table = mixed(np.arange(lowest, numbers.max(initial=0) + 1))
    sums = np.cumsum(table[numbers - lowest] * _powers(_BASE, len(numbers)))
    # Each run's sum, divided by the power at which the run begins (modulo 2 to the 64th an odd number has an inverse).
    found: Array = np.diff(np.append(np.uint64(0), sums)[edges])
    found *= _powers(_INVERSE, len(numbers) + 1)[edges[:-1]]
    return found


def _powers(base: int, number: int) -> Array:
    """1, base, base squared, … modulo 2 to the 64th."""
    powers = np.full(number, base, np.uint64)
    powers[:1] = 1
    found: Array = np.cumprod(powers)
    return found


def mixed(numbers: Array) -> Array:
    """Splitmix64: 64 bits that look random for each number (Steele, Lea and Flood 2014)."""
    x = numbers.astype(np.uint64) + _MIX[0]
    x = (x ^ (x >> np.uint64(30))) * _MIX[1]
    x = (x ^ (x >> np.uint64(27))) * _MIX[2]
    return x ^ (x >> np.uint64(31))


def summed(numbers: Array, weights: Array) -> tuple[Array, Array]:
    """The distinct numbers, and the whole-number weights of each added up.

    >>> [found.tolist() for found in summed(np.array([5, 3, 5]), np.array([1, 1, 2]))]
    [[3, 5], [1, 3]]
    """
    distinct, place = np.unique(numbers, return_inverse=True)
    return distinct, np.bincount(place, weights, minlength=len(distinct)).astype(np.int64)


def distinct_runs(numbers: Array, cuts: Array, weights: Array) -> tuple[list[list[int]], list[int]]:
    """The distinct runs of two numbers and more between cuts, and their weights (one a number) added up.

    >>> distinct_runs(np.array([1, 2, 1, 2, 3]), np.array([1, 0, 1, 0, 1], bool), np.array([3, 3, 4, 4, 9]))
    ([[1, 2]], [7])
    """
    starts, ends = cut_at(cuts)
    long = ends - starts > 1
    found = keys(numbers, ends)[long]
    starts, ends = starts[long], ends[long]
    _, first = np.unique(found, return_index=True)
    _, counts = summed(found, weights[starts])
    return runs_of(numbers, starts[first], ends[first]), counts.tolist()


def runs_of(numbers: Array, starts: Array, ends: Array) -> list[list[int]]:
    """Some runs as lists.

    >>> runs_of(np.array([4, 5, 6]), np.array([1, 0]), np.array([3, 1]))
    [[5, 6], [4]]
    """
    flat = numbers[ragged(starts, ends - starts)].tolist()
    edges = np.append(0, np.cumsum(ends - starts)).tolist()
    return [flat[a:b] for a, b in zip(edges, edges[1:], strict=False)]


def among(numbers: Array, chosen: Array) -> Array:
    """Whether each number is one of the chosen ones, which are sorted.

    >>> among(np.array([1, 5, 9]), np.array([5, 7])).tolist()
    [False, True, False]
    """
    if not len(chosen):
        return np.zeros(len(numbers), np.bool_)
    found: Array = chosen[np.minimum(np.searchsorted(chosen, numbers), len(chosen) - 1)] == numbers
    return found


def threshold(counts: Array, wanted: int) -> int:
    """The count of the one at four times as many as are wanted, most frequent first; of the last if there are fewer.

    >>> threshold(np.array([1, 9, 8, 2, 7, 3]), 1)
    2
    """
    return int(np.sort(counts)[::-1][min(len(counts) - 1, 4 * wanted)]) if len(counts) else 0

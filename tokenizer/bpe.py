"""The merge loop of byte pair encoding, as pure functions on token ids.

Ranks alone define the encoding: among all neighbours whose joined bytes have a rank, the pair of the
lowest rank merges first, the leftmost of equals, until no pair has one (tiktoken's meaning; Sennrich,
Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword Units").
"""

from collections.abc import Collection, Iterable, Mapping
from heapq import heapify, heappop, heappush

# A pair of ids as one small integer: dictionaries of integers are faster than those of tuples.
PAIR_SHIFT = 24

# From here on a heap is faster than looking for the lowest rank anew.
LONG = 64

_NONE = 1 << 62

# More than a text in memory can have.
_PLACE_BITS = 40
_PLACE_MASK = (1 << _PLACE_BITS) - 1

Ids = tuple[int, ...]


def pair_ranks(mergeable_ranks: Mapping[bytes, int]) -> dict[int, int]:
    """Packed pair (`left << PAIR_SHIFT | right`) -> the id it merges into, for every split of every entry.

    >>> pairs = pair_ranks({b"a": 0, b"b": 1, b"ab": 2, b"bb": 3, b"abb": 4})
    >>> {(pair >> PAIR_SHIFT, pair & 0xFFFFFF): rank for pair, rank in pairs.items()}
    {(0, 1): 2, (1, 1): 3, (0, 3): 4, (2, 1): 4}
    """
    get = mergeable_ranks.get
    pairs = {}
    for token, rank in mergeable_ranks.items():
        for cut in range(1, len(token)):
            left, right = get(token[:cut]), get(token[cut:])
            if left is not None and right is not None:
                pairs[left << PAIR_SHIFT | right] = rank
    return pairs


def merge(ids: list[int], pairs: Mapping[int, int]) -> list[int]:
    """Merge neighbours, lowest rank first, until no pair has a rank. n log n in the number of ids.

    >>> pairs = pair_ranks({b"a": 0, b"b": 1, b"ab": 2, b"abab": 3})
    >>> merge([0, 1, 0, 1, 1], pairs)
    [3, 1]
    """
    return _merge_short(ids, pairs) if len(ids) < LONG else _merge_long(ids, pairs)


def merge_apart(
    ids: Iterable[int], pairs: Mapping[int, int], inside: Collection[int], whole: Mapping[Ids, list[int]]
) -> list[int]:
    """`merge`, done part by part: no entry reaches across two neighbours that are neighbours inside no entry.

    `inside` has the packed pairs of neighbours in entries, `whole` the entries themselves.

    >>> pairs = pair_ranks({b"a": 0, b"b": 1, b"ab": 2, b"abab": 3})
    >>> merge_apart([0, 1, 1, 0, 1, 0, 1], pairs, {0 << 24 | 1, 1 << 24 | 0}, {(0, 1): [2]})
    [2, 1, 3]
    """
    found: list[int] = []
    part: list[int] = []
    last = -1
    for id_ in ids:
        if last << PAIR_SHIFT | id_ in inside:
            part.append(id_)
        else:
            if len(part) == 1:
                found.append(last)
            elif part:
                found += whole.get(tuple(part)) or merge(part, pairs)
            part = [id_]
        last = id_
    if len(part) == 1:
        found.append(last)
    else:
        found += whole.get(tuple(part)) or merge(part, pairs)
    return found


def _merge_short(ids: list[int], pairs: Mapping[int, int]) -> list[int]:
    if len(ids) < 2:
        return ids
    get = pairs.get
    ranks = []
    left = ids[0] << PAIR_SHIFT
    for right in ids[1:]:
        ranks.append(get(left | right, _NONE))
        left = right << PAIR_SHIFT
    best = min(ranks)
    if best == _NONE:
        return ids
    ids = list(ids)
    while best != _NONE:
        at = ranks.index(best)
        ids[at] = best
        del ids[at + 1], ranks[at]
        if not ranks:
            break
        if at:
            ranks[at - 1] = get(ids[at - 1] << PAIR_SHIFT | best, _NONE)
        if at < len(ranks):
            ranks[at] = get(best << PAIR_SHIFT | ids[at + 1], _NONE)
        best = min(ranks)
    return ids


def _merge_long(ids: list[int], pairs: Mapping[int, int]) -> list[int]:
    """A heap of ranks with their places over a doubly linked list; a place merged away holds -1."""
    ids = list(ids)
    end = len(ids)
    after = list(range(1, end + 1))
    before = list(range(-1, end - 1))
    get = pairs.get
    # Rank and place are one integer: a heap of tuples takes three times the memory, and grows out of the caches.
    heap = [
        rank << _PLACE_BITS | at
        for at in range(end - 1)
        if (rank := get(ids[at] << PAIR_SHIFT | ids[at + 1])) is not None
    ]
    heapify(heap)
    while heap:
        first = heappop(heap)
        rank, at = first >> _PLACE_BITS, first & _PLACE_MASK
        right = after[at]
        # Entries are never removed from the heap, so this one may be of a pair that is gone.
        if ids[at] < 0 or right == end or get(ids[at] << PAIR_SHIFT | ids[right]) != rank:
            continue
        ids[at], ids[right] = rank, -1
        after[at] = following = after[right]
        if following != end:
            before[following] = at
            new = get(rank << PAIR_SHIFT | ids[following])
            if new is not None:
                heappush(heap, new << _PLACE_BITS | at)
        previous = before[at]
        if previous >= 0:
            new = get(ids[previous] << PAIR_SHIFT | rank)
            if new is not None:
                heappush(heap, new << _PLACE_BITS | previous)
    return [token for token in ids if token >= 0]

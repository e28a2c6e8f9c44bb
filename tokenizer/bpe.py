"""The merge loop of byte pair encoding, as pure functions on token ids.

Ranks alone define the encoding: among all neighbours whose joined bytes have a rank, the pair of the
lowest rank merges first, the leftmost of equals, until no pair has one (tiktoken's meaning; Sennrich,
Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword Units").
"""

from collections.abc import Collection, Iterable, Mapping
from heapq import heapify, heappop, heappush

# From here on a heap is faster than looking for the lowest rank anew.
LONG = 64

_NONE = 1 << 62

# More than a text in memory can have.
_PLACE_BITS = 40
_PLACE_MASK = (1 << _PLACE_BITS) - 1

Ids = tuple[int, ...]


class Pairs(dict[int, int]):
    """Pair of ids -> the id it merges into. A pair is one integer, `left * base + right`.

    With a base no larger than it must be, the integers of a small vocabulary stay below 2**30, where Python
    counts and hashes fastest.
    """

    def __init__(self, base: int, ranks: Mapping[int, int] | None = None) -> None:
        """`base` is above every id."""
        super().__init__(ranks or {})
        self.base = base

    def before(self, end: int) -> "Pairs":
        """The pairs that merge into an id below `end`."""
        return Pairs(self.base, {pair: rank for pair, rank in self.items() if rank < end})


def pair_ranks(mergeable_ranks: Mapping[bytes, int]) -> Pairs:
    """The pairs that merge, for every split of every entry.

    >>> pairs = pair_ranks({b"a": 0, b"b": 1, b"ab": 2, b"bb": 3, b"abb": 4})
    >>> {divmod(pair, pairs.base): rank for pair, rank in pairs.items()}
    {(0, 1): 2, (1, 1): 3, (0, 3): 4, (2, 1): 4}
    """
    get = mergeable_ranks.get
    pairs = Pairs(max(mergeable_ranks.values(), default=0) + 1)
    for token, rank in mergeable_ranks.items():
        for cut in range(1, len(token)):
            left, right = get(token[:cut]), get(token[cut:])
            if left is not None and right is not None:
                pairs[left * pairs.base + right] = rank
    return pairs


def merge(ids: list[int], pairs: Pairs) -> list[int]:
    """Merge neighbours, lowest rank first, until no pair has a rank. n log n in the number of ids.

    >>> pairs = pair_ranks({b"a": 0, b"b": 1, b"ab": 2, b"abab": 3})
    >>> merge([0, 1, 0, 1, 1], pairs)
    [3, 1]
    """
    return _merge_short(ids, pairs) if len(ids) < LONG else _merge_long(ids, pairs)


def merge_apart(
    ids: Iterable[int],
    pairs: Pairs,
    inside: Collection[int],
    whole: Mapping[Ids, list[int]],
    begins: Collection[int] = (),
) -> list[Ids]:
    """`merge`, done part by part: no entry reaches across two neighbours that are neighbours inside no entry.

    `inside` has the pairs of neighbours in entries, `whole` the entries themselves. With each of `begins`, which
    stand on the right in no pair of `inside`, a new tuple begins. There is at least one id.

    >>> pairs = pair_ranks({b"a": 0, b"b": 1, b"ab": 2, b"abab": 3})
    >>> ab, ba = 0 * pairs.base + 1, 1 * pairs.base + 0
    >>> merge_apart([0, 1, 1, 0, 1, 0, 1], pairs, {ab, ba}, {(0, 1): [2]})
    [(2, 1, 3)]
    >>> merge_apart([0, 1, 0, 1], pairs, {ab}, {(0, 1): [2]}, begins=[0])
    [(2,), (2,)]
    """
    base = pairs.base
    rest = iter(ids)
    last = next(rest)
    every: list[Ids] = []
    found: list[int] = []
    part: list[int] | None = None
    for id_ in rest:
        if last * base + id_ in inside:
            if part:
                part.append(id_)
            else:
                part = [last, id_]
        else:
            if part:
                found += whole.get(tuple(part)) or merge(part, pairs)
                part = None
            else:
                found.append(last)
            if id_ in begins:
                every.append(tuple(found))
                found = []
        last = id_
    found += (whole.get(tuple(part)) or merge(part, pairs)) if part else [last]
    every.append(tuple(found))
    return every


def _merge_short(ids: list[int], pairs: Pairs) -> list[int]:
    if len(ids) < 2:
        return ids
    get, base = pairs.get, pairs.base
    ranks = []
    left = ids[0] * base
    for right in ids[1:]:
        ranks.append(get(left + right, _NONE))
        left = right * base
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
            ranks[at - 1] = get(ids[at - 1] * base + best, _NONE)
        if at < len(ranks):
            ranks[at] = get(best * base + ids[at + 1], _NONE)
        best = min(ranks)
    return ids


def _merge_long(ids: list[int], pairs: Pairs) -> list[int]:
    """A heap of ranks with their places over a doubly linked list; a place merged away holds -1."""
    ids = list(ids)
    end = len(ids)
    after = list(range(1, end + 1))
    before = list(range(-1, end - 1))
    get, base = pairs.get, pairs.base
    # Rank and place are one integer: a heap of tuples takes three times the memory, and grows out of the caches.
    heap = [
        rank << _PLACE_BITS | at
        for at in range(end - 1)
        if (rank := get(ids[at] * base + ids[at + 1])) is not None
    ]
    heapify(heap)
    while heap:
        first = heappop(heap)
        rank, at = first >> _PLACE_BITS, first & _PLACE_MASK
        right = after[at]
        # Entries are never removed from the heap, so this one may be of a pair that is gone.
        if ids[at] < 0 or right == end or get(ids[at] * base + ids[right]) != rank:
            continue
        ids[at], ids[right] = rank, -1
        after[at] = following = after[right]
        if following != end:
            before[following] = at
            new = get(rank * base + ids[following])
            if new is not None:
                heappush(heap, new << _PLACE_BITS | at)
        previous = before[at]
        if previous >= 0:
            new = get(ids[previous] * base + rank)
            if new is not None:
                heappush(heap, new << _PLACE_BITS | previous)
    return [token for token in ids if token >= 0]

"""The merges that turn bytes into tokens, one by one, and the tree they make of one token."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from space.choose import ours
from tokenizer import baseline
from tokenizer.baselines import BASELINES


class Tree(NamedTuple):
    """An entry, its rank, and the entries it was merged from: none for a byte."""

    token: bytes
    rank: int
    parts: tuple["Tree", ...]


def merges(ranks: Mapping[bytes, int], pieces: Sequence[bytes]) -> list[tuple[int, int]]:
    """Each merge as (place, rank): the tokens at that place and after it become one; the lowest rank first.

    >>> merges({b"a": 0, b"b": 1, b"ab": 2, b"abb": 3}, [b"abb", b"ab"])
    [(0, 2), (2, 2), (0, 3)]
    """
    parts = [bytes([byte]) for piece in pieces for byte in piece]
    starts = [at == 0 for piece in pieces for at in range(len(piece))]  # no merge crosses pieces
    found: list[tuple[int, int]] = []
    while True:
        possible = (
            (ranks[left + right], at)
            for at, (left, right) in enumerate(pairwise(parts))
            if not starts[at + 1] and left + right in ranks
        )
        best = min(possible, default=None)
        if best is None:
            return found
        rank, at = best
        found.append((at, rank))
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
        del starts[at + 1]


def grow(ranks: Mapping[bytes, int], pieces: Sequence[bytes]) -> tuple[list[Tree], list[tuple[int, Tree]]]:
    """The trees after the last merge, and each merge as its place and the tree it made.

    >>> trees, steps = grow({b"a": 0, b"b": 1, b"ab": 2}, [b"ab", b"b"])
    >>> [tree.token for tree in trees], [(at, made.rank) for at, made in steps]
    ([b'ab', b'b'], [(0, 2)])
    """
    trees = [leaf(ranks, byte) for piece in pieces for byte in piece]
    steps = []
    for at, rank in merges(ranks, pieces):
        made = Tree(trees[at].token + trees[at + 1].token, rank, (trees[at], trees[at + 1]))
        trees[at : at + 2] = [made]
        steps.append((at, made))
    return trees, steps


def leaf(ranks: Mapping[bytes, int], byte: int) -> Tree:
    """The tree of a single byte."""
    token = bytes([byte])
    return Tree(token, ranks[token], ())


def merge_tree(ranks: Mapping[bytes, int], token: bytes) -> tuple[Tree, list[Tree]]:
    """The tree of an entry, and its merges in the order they happen.

    A few entries of other vocabularies cannot be reached by merging, only looked up whole: their tree is as far
    as merging comes, under the entry.

    >>> tree, steps = merge_tree({b"a": 0, b"b": 1, b"ab": 2, b"abb": 3}, b"abb")
    >>> [step.token for step in steps], [part.token for part in tree.parts]
    ([b'ab', b'abb'], [b'ab', b'b'])
    >>> [part.token for part in merge_tree({b"a": 0, b"b": 1, b"ab": 2, b"aba": 3, b"baba": 4}, b"baba")[0].parts]
    [b'b', b'aba']
    """
    trees, steps = grow(ranks, [token])
    tree = trees[0] if len(trees) == 1 else Tree(token, ranks[token], tuple(trees))
    return tree, [made for _, made in steps]


def ranks_of(name: str) -> Mapping[bytes, int]:
    """The ranks of one of our tokenizers or of a baseline.

    >>> ranks_of("gpt2")["ह".encode()[:2]]
    11976
    """
    encoding: Any = baseline(name) if name in BASELINES else ours(name)
    ranks: Mapping[bytes, int] = encoding._mergeable_ranks if name in BASELINES else encoding.mergeable_ranks
    return ranks


def pattern_of(name: str) -> str:
    """The split regex of one of our tokenizers or of a baseline.

    >>> pattern_of("gpt2")[:5]
    "'(?:["
    """
    encoding: Any = baseline(name) if name in BASELINES else ours(name)
    return str(encoding._pat_str if name in BASELINES else encoding.pat_str)

"""Slow and obvious: what the fast code is compared with."""

from collections import Counter
from collections.abc import Callable


class SlowLearner:
    """`tokenizer.training._Learner`, counting every pair of every sequence anew for every step."""

    def __init__(
        self,
        sequences: list[list[int]],
        counts: list[int],
        tokens: list[bytes],
        allowed: Callable[[bytes, bytes], bool],
    ) -> None:
        self.sequences, self.counts, self.tokens, self.allowed = sequences, counts, tokens, allowed

    def step(self) -> list[int] | None:
        while True:
            pairs: Counter[tuple[int, int]] = Counter()
            for ids, count in zip(self.sequences, self.counts, strict=True):
                for pair in zip(ids, ids[1:], strict=False):
                    pairs[pair] += count
            fit = [p for p in pairs if self.allowed(self.tokens[p[0]], self.tokens[p[1]])]
            if not fit:
                return None
            left, right = min(fit, key=lambda p: (-pairs[p], p))
            joined = self.tokens[left] + self.tokens[right]
            known = joined in self.tokens
            if not known:
                self.tokens.append(joined)
            new = self.tokens.index(joined)
            changed = []
            for index, ids in enumerate(self.sequences):
                merged = _replace(ids, left, right, new)
                if merged != ids:
                    self.sequences[index] = merged
                    changed.append(index)
            if not known:
                return changed


def _replace(ids: list[int], left: int, right: int, new: int) -> list[int]:
    out: list[int] = []
    at = 0
    while at < len(ids):
        if ids[at : at + 2] == [left, right]:
            out.append(new)
            at += 2
        else:
            out.append(ids[at])
            at += 1
    return out


def slow_encode(ranks: dict[bytes, int], pieces: list[str]) -> list[int]:
    """Merge the leftmost pair of the lowest rank, looking at every pair each time."""
    ids: list[int] = []
    for piece in pieces:
        parts = [bytes([byte]) for byte in piece.encode()]
        while True:
            joined = [
                (ranks[a + b], at)
                for at, (a, b) in enumerate(zip(parts, parts[1:], strict=False))
                if a + b in ranks
            ]
            if not joined:
                break
            _, at = min(joined)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        ids += [ranks[part] for part in parts]
    return ids

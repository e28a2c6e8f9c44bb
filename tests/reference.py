"""Slow and obvious: what the fast code is compared with."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from tqdm import tqdm

from tokenizer import training
from tokenizer.akshara import aksharas
from tokenizer.patterns import INDIC, INDIC_PHRASES, pieces
from tokenizer.training import Options, Trained

# The words a template is recognised by.
FREQUENT = 1000


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
        self.last = 0

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
                self.last = pairs[left, right]
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


def slow_train(documents: Iterable[tuple[str, int]], options: Options) -> Trained:
    """`tokenizer.train` piece by piece of the text as it stands: no chunks, no arrays, nothing remembered."""
    lines: dict[int, list[str]] = defaultdict(list)
    words: Counter[str] = Counter()
    syllables: Counter[str] = Counter()
    for text, weight in documents:
        lines[weight].append(text)
        for word in pieces(INDIC, text):
            words[word] += weight
            for akshara in aksharas(word):
                syllables[akshara] += weight
    tokens = [bytes([byte]) for byte in range(256)]
    sizes = [256]
    tokens += training.characters(syllables, options)
    sizes.append(len(tokens))
    training.learn_aksharas(syllables, tokens, options, tqdm(disable=True))
    sizes.append(len(tokens))
    end = len(tokens) + round(options.word_share * (options.vocab_size - len(tokens)))
    runs: Counter[tuple[int, ...]] = Counter()
    for word, n in words.items():
        for run in _slow_runs(word, tokens, options.left_wall):
            runs[run] += n
    _slow_learn(runs, tokens, training._whole_aksharas, end)
    sizes.append(len(tokens))

    def allowed(left: bytes, right: bytes) -> bool:
        return (left + right)[1:].count(b" ") < options.phrase_words and training._whole_aksharas(left, right)

    _slow_learn(_slow_phrase_runs(lines, tokens, options), tokens, allowed, options.vocab_size)
    sizes.append(len(tokens))
    strata = [size - before for before, size in pairwise([0, *sizes])]
    names = ("bytes", "characters", "aksharas", "words", "phrases")
    return Trained({t: r for r, t in enumerate(tokens)}, dict(zip(names, strata, strict=True)))


def _slow_learn(
    runs: Counter[tuple[int, ...]], tokens: list[bytes], allowed: Callable[[bytes, bytes], bool], end: int
) -> None:
    learner = SlowLearner([list(run) for run in runs], list(runs.values()), tokens, allowed)
    while len(tokens) < end and learner.step() is not None:
        pass


def _slow_runs(piece: str, tokens: Sequence[bytes], left_wall: bool) -> list[tuple[int, ...]]:
    """A piece's ids, cut before each akshara that is several tokens if there are walls."""
    ids = slow_encode({token: rank for rank, token in enumerate(tokens)}, [piece])
    ends = set()
    at = 0
    for akshara in aksharas(piece):
        at += len(akshara.encode())
        ends.add(at)
    runs: list[list[int]] = [[]]
    offset, whole = 0, True
    for id_ in ids:
        offset += len(tokens[id_])
        if left_wall and whole and offset not in ends and runs[-1]:
            runs.append([])
        runs[-1].append(id_)
        whole = offset in ends
    return [tuple(run) for run in runs]


def _slow_phrase_runs(
    lines: dict[int, list[str]], tokens: Sequence[bytes], options: Options
) -> Counter[tuple[int, ...]]:
    cut: list[tuple[int, list[tuple[int, ...]]]] = []
    pairs: Counter[tuple[int, int]] = Counter()
    for weight, texts in lines.items():
        for line in _slow_templates(texts, options.template_lines):
            runs = [
                run
                for piece in dict.fromkeys(pieces(INDIC_PHRASES, line))
                for run in _slow_runs(piece, tokens, options.left_wall)
            ]
            cut.append((weight, runs))
            for run in runs:
                for pair in pairwise(run):
                    pairs[pair] += weight
    counts = sorted(pairs.values(), reverse=True)
    least = counts[min(len(counts) - 1, 4 * (options.vocab_size - len(tokens)))] if counts else 0
    found: Counter[tuple[int, ...]] = Counter()
    for weight, runs in cut:
        seen = set()
        for run in runs:
            start = 0
            for at in range(1, len(run) + 1):
                if at == len(run) or pairs[run[at - 1], run[at]] < least:
                    seen.add(run[start:at])
                    start = at
        for part in seen:
            found[part] += weight
    return found


def _slow_templates(lines: list[str], most: int) -> list[str]:
    counts = Counter(word for line in lines for word in line.split())
    frequent = {word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:FREQUENT]}
    kept = []
    seen: Counter[str] = Counter()
    for line in dict.fromkeys(lines):
        skeleton: list[str] = []
        for word in line.split():
            shown = word if word in frequent else "*"
            if shown != "*" or skeleton[-1:] != ["*"]:
                skeleton.append(shown)
        seen[key := " ".join(skeleton)] += 1
        if seen[key] <= most:
            kept.append(line)
    return kept

"""The merge loop against a slow one and against rustbpe; what training refuses; the same bytes every time."""

import os
import random
import subprocess
import sys
from collections import Counter

import pytest
import regex
import rustbpe
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import reference
from tests.hard_strings import hard_strings
from tests.reference import SlowLearner, slow_train
from tokenizer import counting, phrases, training
from tokenizer.patterns import INDIC, pieces
from tokenizer.training import Options, TrainingError, train

HINDI = (
    "गाँव के लोग सुबह खेत में काम करते हैं। बच्चों के लिए स्कूल में पानी है। राष्ट्र के लिए ज़रूरी है कि स्त्री और पुरुष साथ चलें। "
    "क्षत्रिय राजा के लिए युद्ध था। किताबों में कहानी है। घरों में पानी के लिए नल है। ज़्यादा लोग खेत में हैं।"
)
KANNADA = "ನಮ್ಮ ಊರಿನಲ್ಲಿ ಶಾಲೆ ಇದೆ. ಮಕ್ಕಳು ಶಾಲೆಗೆ ಹೋಗುತ್ತಾರೆ. ಸ್ತ್ರೀಯರು ಹೊಲದಲ್ಲಿ ಕೆಲಸ ಮಾಡುತ್ತಾರೆ. ರಾಷ್ಟ್ರದ ಭಾಷೆ ಕನ್ನಡ. ಕ್ಷಮೆ ಇರಲಿ."
WORDS = [*HINDI.split(), *KANNADA.split(), "2024", "Wi-Fi", "12"]


def lines(seed: int, number: int = 40) -> list[tuple[str, int]]:
    chance = random.Random(seed)
    return [
        (" ".join(chance.choices(WORDS, k=chance.randint(2, 9))), chance.randint(1, 3)) for _ in range(number)
    ]


@pytest.mark.parametrize("left_wall", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_every_stratum_is_as_the_slow_trainer_gives_it(monkeypatch, seed, left_wall):
    monkeypatch.setattr(phrases, "FREQUENT", 12)  # so that there are templates
    monkeypatch.setattr(counting, "BLOCK", 30)  # and several blocks
    options = Options(
        vocab_size=640,
        scripts=("Devanagari", "Kannada"),
        akshara_coverage=0.5,
        left_wall=left_wall,
        lone_marks=0.1,
    )
    # A mark behind punctuation is no akshara anybody writes, and the two patterns do not agree whose it is.
    hard = [text for text in hard_strings(200, seed) if not regex.search(r"[^\p{L}\p{M}\s]\p{M}", text)]
    texts = [*lines(seed, 60), *((text, 1) for text in hard)]
    fast = train(texts, options)
    monkeypatch.setattr(reference, "FREQUENT", 12)
    assert fast == slow_train(texts, options)
    assert all(fast.strata.values())


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_where_words_are_cut_before_they_are_learned_changes_nothing(monkeypatch, share):
    options = Options(vocab_size=560, scripts=("Devanagari", "Kannada"), akshara_coverage=0.5)
    expected = train(lines(4, 80), options)
    calls = []

    def sharp(counts, wanted):
        calls.append(wanted)
        return int(max(counts) * share) + 1

    monkeypatch.setattr(training, "threshold", sharp)
    assert train(lines(4, 80), options) == expected
    assert calls


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.text("abकि ", min_size=1, max_size=9), st.integers(1, 3)), min_size=1, max_size=12)
)
def test_the_loop_is_as_a_full_recount_gives_it(sequences):
    results = []
    for learner in (training._Learner, SlowLearner):
        tokens = [bytes([byte]) for byte in range(256)]
        made = learner(
            [list(text.encode()) for text, _ in sequences],
            [n for _, n in sequences],
            tokens,
            lambda a, b: True,
        )
        for _ in range(12):
            if made.step() is None:
                break
        results.append((tokens, made.sequences))
    assert results[0] == results[1]


def test_without_strata_it_is_rustbpe():
    texts = [text for text, _ in lines(5, 300)]
    theirs = rustbpe.Tokenizer()
    theirs.train_from_iterator(iter(texts), 256 + 150, pattern=INDIC)
    expected = [
        bytes(token) for token, rank in sorted(theirs.get_mergeable_ranks(), key=lambda item: item[1])
    ]
    counts = Counter(piece for text in texts for piece in pieces(INDIC, text))
    tokens = [bytes([byte]) for byte in range(256)]
    learner = training._Learner(
        [list(p.encode()) for p in counts], list(counts.values()), tokens, lambda a, b: True
    )
    while len(tokens) < len(expected):
        learner.step()
    assert tokens == expected


def test_an_empty_corpus_is_refused():
    for texts in ([], [("", 1)], [("  \n ", 1)]):
        with pytest.raises(TrainingError, match="empty"):
            train(texts)


def test_a_size_below_what_the_lower_strata_need_is_refused():
    with pytest.raises(TrainingError, match="257 is too small"):
        train([(HINDI, 1)], Options(vocab_size=257))


def test_a_size_the_text_cannot_fill_is_refused():
    with pytest.raises(TrainingError, match="fills only"):
        train([(HINDI, 1)], Options(vocab_size=4000))


def test_the_same_text_gives_the_same_bytes_in_every_process(tmp_path):
    corpus = tmp_path / "my.txt"
    corpus.write_text("\n".join(text for text, _ in lines(1, 200)), encoding="utf-8")
    made = []
    for seed in ("0", "1"):
        folder = tmp_path / seed / "mine"
        command = [
            sys.executable,
            "-m",
            "tokenizer",
            "train",
            "--script",
            "Devanagari",
            "--corpus",
            str(corpus),
        ]
        subprocess.run(
            [*command, "--output", str(folder), "--vocab-size", "420"],
            env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True,
        )  # fmt: skip
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert made[0] == made[1]


def test_who_only_encodes_waits_for_nothing_that_only_training_needs():
    script = "import sys, tokenizer; tokenizer.load('hindi'); print({'numpy', 'datasets', 'gradio'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "set()\n"

"""Counts checked on cases small enough to count by hand."""

import pytest

from tokenizer.baselines import baseline
from tokenizer.metrics import RATIOS, Measure, measure, measure_tokens


def by_hand(*tokens: str | bytes) -> Measure:
    parts = [token if isinstance(token, bytes) else token.encode() for token in tokens]
    return measure_tokens(b"".join(parts).decode(), parts)


@pytest.mark.parametrize(
    ("tokens", "boundaries", "split"),
    [
        (("हिन्दी",), 0, 0),
        (("हि", "न्दी"), 1, 0),
        (("हि", "न्", "दी"), 2, 1),
        (("ह", "ि", "न", "्", "द", "ी"), 5, 4),
        (("ಕ", "ನ್", "ನ", "ಡ"), 3, 1),
        (("ಸ್", "ತ್", "ರೀ"), 2, 2),
        (("क", " ", "ख"), 2, 0),
        ((b"\xe0\xa4", b"\x95", "ख"), 2, 1),
        (("ab", "c"), 1, 0),
    ],
)
def test_split_rate_counts_boundaries_inside_aksharas(tokens, boundaries, split):
    counted = by_hand(*tokens)
    assert (counted.boundaries, counted.split_boundaries) == (boundaries, split)


def test_a_boundary_between_texts_is_no_boundary():
    class Characters:
        def encode_ordinary(self, text):
            return [ord(c) for c in text]

        def decode_single_token_bytes(self, token):
            return chr(token).encode()

    counted = measure(Characters(), ["कि", "की"])
    assert (counted.tokens, counted.boundaries, counted.split_boundaries) == (4, 2, 2)
    assert (counted.lines, counted.aksharas, counted.mark_starts) == (2, 2, 2)
    assert counted.split_rate == 1.0


def test_tokens_that_start_with_a_mark():
    assert by_hand("हि", "न्", "दी").mark_starts == 0
    assert by_hand("ह", "िन", "्दी").mark_starts == 2
    # A mark followed by half a character starts with a mark; the second half of a mark does not.
    assert by_hand("ह", "ि".encode() + b"\xe0", b"\xa4\xa8").mark_starts == 1
    assert by_hand("ह", b"\xe0\xa4", b"\xbf").mark_starts == 0


def test_tokens_that_are_no_utf8():
    assert by_hand("हि", "न").invalid_utf8_tokens == 0
    assert by_hand(b"\xe0\xa4", b"\xb9").invalid_utf8_tokens == 2
    assert by_hand("a" + "ह", b"\xe0", b"\xa4\xb9").invalid_utf8_tokens == 2


def test_words_that_are_whole_in_one_token():
    assert by_hand("के", " लिए").single_token_words == 2
    assert by_hand("के लिए").single_token_words == 2
    assert by_hand("के ", "लि", "ए").single_token_words == 1
    assert by_hand("है", "।").single_token_words == 0
    assert by_hand("  ", "है", "\n").single_token_words == 1


def test_ratios_divide_the_sums_once():
    whole = by_hand("aaaa") + by_hand("b", "b")
    assert (whole.characters, whole.tokens, whole.lines) == (6, 3, 2)
    assert whole.characters_per_token == 2.0  # the mean of the two lines' ratios would be 2.5
    assert whole.fertility == 1.5


def test_a_line_that_does_not_come_back_is_counted():
    assert measure_tokens("अब", ["अ".encode()]).failed_lines == 1
    assert measure_tokens("अब", ["अब".encode()]).failed_lines == 0


def test_nothing_to_divide_by():
    empty = measure(baseline("gpt2"), [])
    assert empty == Measure()
    assert all(getattr(empty, name) == 0.0 for name in RATIOS)
    assert by_hand() == Measure(lines=1)


def test_as_dict_has_every_count_and_ratio():
    rows = by_hand("हि", "न्दी").as_dict()
    assert rows["tokens"] == 2
    assert rows["characters_per_token"] == 3.0
    assert rows["bytes_per_token"] == 9.0
    assert set(RATIOS) == {
        "characters_per_token", "bytes_per_token", "fertility", "tokens_per_akshara",
        "split_rate", "mark_start_rate", "invalid_utf8_rate", "single_token_word_rate",
    }  # fmt: skip


def test_unpaired_surrogates_are_refused():
    with pytest.raises(ValueError, match="surrogate"):
        measure(baseline("gpt2"), ["a\ud800"])

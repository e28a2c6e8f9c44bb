"""Our encoding against tiktoken's, built from the shipped ranks."""

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenizer import load
from tokenizer.bpe import merge, pair_ranks

INDIC = st.text(alphabet="कखतरषनहै ािी़्ंः।॥१२ಕನಡಸರತಯಾ್ೀಿ ೧೨\u200c\u200da.,'-s 1", max_size=60)


@pytest.mark.parametrize("name", ["hindi", "kannada"])
@settings(max_examples=300, deadline=None)
@given(text=st.one_of(INDIC, st.text(max_size=40)))
def test_same_ids_as_tiktoken_and_nothing_lost(name: str, text: str) -> None:
    ours = load(name)
    judge = tiktoken.Encoding(
        "judge", pat_str=ours.pat_str, mergeable_ranks=ours.mergeable_ranks, special_tokens={}
    )
    ids = ours.encode_ordinary(text)
    assert ids == judge.encode_ordinary(text)
    assert ours.decode(ids) == text


def unreachable(ranks: dict[bytes, int]) -> list[bytes]:
    pairs = pair_ranks(ranks)
    return [token for token, rank in ranks.items() if merge(list(token), pairs) != [rank]]


@pytest.mark.parametrize("name", ["hindi", "kannada"])
def test_every_entry_encodes_to_itself_and_there_are_fewer_than_5000(name: str) -> None:
    ours = load(name)
    assert ours.n_vocab < 5000
    assert unreachable(ours.mergeable_ranks) == []


def test_a_lone_surrogate_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match="Character 2"):
        load("hindi").encode_ordinary("ab\ud800")

"""Display runs joined are the text, with edges only between aksharas."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hard_strings import hard_strings
from tokenizer import baseline, load
from tokenizer.akshara import aksharas
from tokenizer.segments import runs

TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("कषरि़्ಕಷೀ್ \u200c\u200d"), max_size=40)


@given(TEXT, st.data())
def test_any_cut_of_the_bytes(text, data):
    raw = text.encode()
    cuts = (
        sorted(data.draw(st.sets(st.integers(1, max(1, len(raw) - 1)), max_size=12))) if len(raw) > 1 else []
    )
    tokens = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)] if raw else []
    drawn = runs(text, tokens)
    assert "".join(run.text for run in drawn) == text
    whole = set(accumulate(map(len, aksharas(text))))
    assert set(accumulate(len(run.text) for run in drawn)) <= whole
    ends = list(accumulate(map(len, tokens)))
    start = 0
    for run in drawn:  # the tokens a run names are those that hold its bytes
        end = start + len(run.text.encode())
        held = [at for at, stop in enumerate(ends) if stop > start and stop - len(tokens[at]) < end]
        assert (held[0], held[-1]) == (run.first, run.last)
        start = end


@pytest.mark.parametrize("name", ["hindi", "kannada", "hindi-kannada", "gpt2", "cl100k_base", "o200k_base"])
def test_every_tokenizer_shown(name):
    enc = baseline(name) if "_" in name or name == "gpt2" else load(name)
    for text in hard_strings(400):
        tokens = [enc.decode_single_token_bytes(i) for i in enc.encode_ordinary(text)]
        assert "".join(run.text for run in runs(text, tokens)) == text


def test_tokens_of_another_text_are_refused():
    with pytest.raises(ValueError, match="joined"):
        runs("क", [b"x"])

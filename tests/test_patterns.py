"""Our split regex means the same in Python's regex, in tiktoken and in tokenizers, and loses nothing."""

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Regex, pre_tokenizers

from tests.hard_strings import hard_strings
from tokenizer.patterns import CL100K_BASE, GPT2, INDIC, INDIC_PHRASES, O200K_BASE, pieces

OURS = {"words": INDIC, "phrases": INDIC_PHRASES}
ALL = OURS | {"gpt2": GPT2, "cl100k": CL100K_BASE, "o200k": O200K_BASE}
STRINGS = [text for text in hard_strings(3000) if text]


def tiktoken_pieces(pattern: str, texts: list[str]) -> list[list[bytes]]:
    # A piece that is an entry is one token; so with every substring an entry, the tokens are the pieces.
    ranks = {bytes([byte]): byte for byte in range(256)}
    for text in texts:
        for start in range(len(text)):
            for end in range(start + 1, len(text) + 1):
                ranks.setdefault(text[start:end].encode(), len(ranks))
    enc = tiktoken.Encoding("pieces", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    return [[enc.decode_single_token_bytes(i) for i in enc.encode_ordinary(text)] for text in texts]


@pytest.mark.parametrize("name", OURS)
def test_three_engines_cut_alike(name):
    pattern = OURS[name]
    split = pre_tokenizers.Split(Regex(pattern), "isolated")
    short = [text for text in STRINGS if len(text) <= 60]
    judged = [p for at in range(0, len(short), 500) for p in tiktoken_pieces(pattern, short[at : at + 500])]
    for text, theirs in zip(short, judged, strict=True):
        ours = pieces(pattern, text)
        assert [piece.encode() for piece in ours] == theirs, ascii(text)
        assert ours == [piece for piece, _ in split.pre_tokenize_str(text)], ascii(text)


@pytest.mark.parametrize("name", ALL)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_pieces_joined_are_the_text(name, text):
    assert "".join(pieces(ALL[name], text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("हिन्दी में", ["हिन्दी", " में"]),
        ("ಸ್ತ್ರೀ ಕ್ಷಮೆ", ["ಸ್ತ್ರೀ", " ಕ್ಷಮೆ"]),
        ("क्\u200dष ಭಾಷೆ\u200cಯಲ್ಲಿ", ["क्\u200dष", " ಭಾಷೆ\u200cಯಲ್ಲಿ"]),
        ("है।", ["है", "।"]),
        ("12345 १२३४ ೧೨", ["123", "45", " १२३", "४", " ೧೨"]),
    ],
)
def test_a_word_is_letters_marks_and_joiners(text, expected):
    assert pieces(INDIC, text) == expected


def test_a_phrase_is_words_with_what_is_between_them():
    assert pieces(INDIC_PHRASES, "राम के लिए है। 12") == ["राम के लिए है।", " 12"]

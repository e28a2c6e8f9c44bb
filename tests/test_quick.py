"""The cuts written out for `re` against the same in `regex`."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hard_strings import hard_strings
from tokenizer.patterns import INDIC_PHRASES, pieces
from tokenizer.quick import CHUNK, CHUNKS, PIECES, UNIT, WORDS, words_of

KNOWN = [*map(chr, range(0x21, 0x7F)), *map(chr, range(0x900, 0xD80)), *"\u200c\u200d‘’“”–…"]
LINE = st.text(alphabet="कखि्ಕಾ.,'-(\"12a  \u200c\u200d\t\u00a0é", max_size=40)


def test_every_two_known_characters_are_cut_as_regex_cuts_them() -> None:
    chance = random.Random(1)
    for left in KNOWN:
        # In one text, between line ends, because `regex` takes long to begin.
        chunks = [left + right + chance.choice(KNOWN) for right in KNOWN]
        expected = pieces(INDIC_PHRASES, "\n".join(chunks))
        assert [piece for chunk in chunks for piece in [*PIECES.findall(chunk), "\n"]][:-1] == expected


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="कखि्ಕಾ.,।'’s-ve(\")1२೩ೱ\u200c\u200d", min_size=1, max_size=30))
def test_chunks_are_cut_as_regex_cuts_them(chunk: str) -> None:
    assert CHUNKS.fullmatch(chunk)
    for text in (chunk, " " + chunk):
        assert PIECES.findall(text) == pieces(INDIC_PHRASES, text)
    if WORDS.fullmatch(chunk):
        assert pieces(INDIC_PHRASES, f"{chunk} {chunk}") == [f"{chunk} {chunk}"]


@settings(max_examples=500, deadline=None)
@given(LINE)
def test_the_words_of_a_line_are_its_chunks(line: str) -> None:
    found, blanks = words_of(line)
    if found:
        first, *others = found
        assert [first, *(" " + word for word in others)] == CHUNK.findall(line[: len(line) - len(blanks)])
        assert not blanks.strip(" ")


def test_units_and_chunks_joined_are_the_text() -> None:
    for text in hard_strings(2000):
        assert "".join(UNIT.findall(text)) == text
        assert "".join(CHUNK.findall(text)) == text

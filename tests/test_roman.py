"""English letters to Hindi and Kannada: what people type, exact spelling, and anything at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from space import roman_box
from space.choose import MAX_CHARACTERS
from space.roman import EVERYDAY, LANGUAGES, LONGEST, from_roman

HINDI = """
    namaste=नमस्ते bharat=भारत bhaarat=भारत kannada=कन्नड़ dhanyavaad=धन्यवाद dhanyavad=धन्यवाद hindi=हिन्दी mein=में hai=है hain=हैं
    nahin=नहीं yahan=यहाँ karna=करना apna=अपना paani=पानी pani=पानी zindagi=ज़िंदगी shri=श्री desh=देश vishal=विशाल kya=क्या bahut=बहुत
    achchha=अच्छा accha=अच्छा theek=ठीक aap=आप kaise=कैसे raat=रात dost=दोस्त ghar=घर kitab=किताब bhasha=भाषा mumbai=मुंबई dilli=दिल्ली
    uttar=उत्तर rashtra=राष्ट्र hua=हुआ gaya=गया krishna=कृष्ण ram=राम bhai=भाई khana=खाना phir=फिर vigyan=विज्ञान ladka=लड़का
"""
KANNADA = """
    kannada=ಕನ್ನಡ karnataka=ಕರ್ನಾಟಕ namaskara=ನಮಸ್ಕಾರ bengaluru=ಬೆಂಗಳೂರು hesaru=ಹೆಸರು nanna=ನನ್ನ naanu=ನಾನು neenu=ನೀನು mane=ಮನೆ mele=ಮೇಲೆ
    oota=ಊಟ hogu=ಹೋಗು banni=ಬನ್ನಿ beku=ಬೇಕು hudugi=ಹುಡುಗಿ neeru=ನೀರು amma=ಅಮ್ಮ rajya=ರಾಜ್ಯ bhashe=ಭಾಷೆ mattu=ಮತ್ತು matthu=ಮತ್ತು illa=ಇಲ್ಲ
    eradu=ಎರಡು ondu=ಒಂದು elli=ಎಲ್ಲಿ stree=ಸ್ತ್ರೀ kshame=ಕ್ಷಮೆ hege=ಹೇಗೆ kannadadalli=ಕನ್ನಡದಲ್ಲಿ makkaLu=ಮಕ್ಕಳು mEle=ಮೇಲೆ
"""


@pytest.mark.parametrize(
    ("language", "pair"), [(name, pair) for name, all_ in zip(LANGUAGES, (HINDI, KANNADA), strict=True) for pair in all_.split()]
)  # fmt: skip
def test_what_people_type_becomes_what_they_mean(language: str, pair: str) -> None:
    typed, meant = pair.split("=")
    assert from_roman(typed, language) == meant


def test_a_sentence_keeps_its_case_marks_and_digits() -> None:
    assert from_roman("Mera naam Ram hai! 42, <b>").startswith("मेरा नाम राम है! 42, <")
    assert from_roman("NAMASTE") == from_roman("Namaste") == "नमस्ते"
    assert from_roman("नमस्ते ಕನ್ನಡ", "kannada") == "नमस्ते ಕನ್ನಡ"


def test_what_is_spelt_exactly_is_written_exactly() -> None:
    assert from_roman("laRkaa shaaM paaNi") == "लड़का शां पाणी"
    assert from_roman("hODu haNNu kaLLa", "kannada") == "ಹೋಡು ಹಣ್ಣು ಕಳ್ಳ"


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("abcdefghijklmnopqrstuvwxyzATDNLH "), st.characters()), max_size=24
    )
)
def test_anything_typed_is_answered_and_no_hindi_word_ends_in_a_virama(typed: str) -> None:
    for language in LANGUAGES:
        written = from_roman(typed, language)
        assert not any("a" <= character.lower() <= "z" for character in written)
    latin = "".join(character for character in typed if character.isascii())
    assert not any(word.endswith("\u094d") for word in from_roman(latin).split())


def test_the_longest_text_is_quick_and_nothing_more_is_read() -> None:
    assert len(from_roman("ab " * LONGEST)) < 3 * LONGEST
    from_roman("supercalifragilisticexpialidocious" * 40)
    with pytest.raises(ValueError, match="There is no language 'tamil'"):
        from_roman("a", "tamil")


def test_everyday_words_are_small_letters_and_in_their_script() -> None:
    for language, first in (("hindi", 0x900), ("kannada", 0xC80)):
        for typed, written in EVERYDAY[language].items():
            assert typed.isascii()
            assert typed.islower()
            assert all(first <= ord(character) < first + 0x80 for character in written)


def test_what_is_added_goes_after_a_space_and_never_over_the_limit() -> None:
    assert roman_box.add("", "naam", "hindi") == ("नाम", "")
    assert roman_box.add("मेरा", "naam", "hindi") == ("मेरा नाम", "")
    assert roman_box.add("मेरा\n", "naam", "hindi") == ("मेरा\nनाम", "")
    assert roman_box.add("मेरा", "  ", "hindi") == ("मेरा", "  ")
    assert len(roman_box.add("a" * MAX_CHARACTERS, "naam", "hindi")[0]) == MAX_CHARACTERS

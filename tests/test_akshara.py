"""Hard clusters of each script stay whole; a `|` in a case marks where it must be cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenizer.akshara import SCRIPTS, aksharas

CASES = {
    "Devanagari": [
        "क्ष|त्रि|य",
        "हि|न्दी",
        "स्त्री",
        "र्त्स्न्य",
        "ज़|फ़",
        "क्\u200dष",
        "क्\u200c|ष",
        "कृ|त",
        "ॐ",
        "अं|क",
        "ड़्य",
    ],
    "Bengali": ["ক্ষ|ত্রি|য়", "র\u200d্য", "ৎ", "স্ত্রী", "ক্\u200c|ষ", "বাং|লা", "উ|ৎ|স", "চাঁ|দ"],
    "Gurmukhi": ["ਪੰ|ਜਾ|ਬੀ", "ਪ|ੜ੍ਹ", "ਸ਼", "ਖ਼ਾ|ਸ", "ਅੱ|ਖ", "ਸ੍ਵੈ"],
    "Gujarati": ["ગુ|જ|રા|તી", "ક્ષ", "શ્રી", "જ્ઞા|ન", "સ્ત્રી", "કૃ|ષ્ણ"],
    "Oriya": ["ଓ|ଡ଼ି|ଆ", "କ୍ଷ", "ସ୍ତ୍ରୀ", "ନ୍ଦ୍ର", "ଜ୍ଞା|ନ"],
    "Tamil": ["த|மி|ழ்", "அ|க்|கா", "க்ஷ", "ஸ்ரீ", "ஶ்ரீ", "கொ", "பௌ", "ஸ்|ரா|ல|ன்"],
    "Telugu": ["తె|లు|గు", "క్ష", "స్త్రీ", "జ్ఞా|నం", "క్\u200c|ష", "సా|ఫ్ట్\u200c|వే|ర్"],
    "Kannada": ["ಕ|ನ್ನ|ಡ", "ಸ್ತ್ರೀ", "ಕ್ಷ", "ರ\u200d್ಯ", "ಸಾ|ಫ್ಟ್\u200c|ವೇ|ರ್", "ರ್ಕ", "ಜ್ಞಾ|ನ", "ಫ಼", "ಕೊ"],
    "Malayalam": ["മ|ല|യാ|ളം", "ക്ഷ", "ന്റെ", "അ|വ|ൻ", "സ്ത്രീ", "ൻ്റെ", "എ|ന്ത്"],
}


def test_every_script_has_cases():
    assert set(CASES) == set(SCRIPTS)


@pytest.mark.parametrize("marked", [case for cases in CASES.values() for case in cases])
def test_hard_clusters(marked):
    assert aksharas(marked.replace("|", "")) == marked.split("|")


def test_other_text_is_cut_into_grapheme_clusters():
    assert aksharas("a 👩‍👩‍👧é\r\n") == ["a", " ", "👩‍👩‍👧", "é", "\r", "\n"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_joined_aksharas_are_the_text(text):
    assert "".join(aksharas(text)) == text


@given(st.text("कषि़्\u200c\u200dಕ್ಷಿರக்ஷ ്ൻ。"))
def test_joined_aksharas_of_hard_letters_are_the_text(text):
    assert "".join(aksharas(text)) == text

"""Hindi and Kannada typed in English letters, as people do on phones: `namaste`, `mera naam`, `kannada`.

English letters do not say which t, d or n is meant, nor, mostly, how long a vowel is. So each word is read in the
ways it can be read, and the reading our own tokenizer needs the fewest tokens for is taken: it has learnt which
spellings are words. Capitals (T D N L A I U E O M H) and doubled vowels say exactly what is meant.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, islice, product

import regex

from space.choose import ours

LANGUAGES = ("hindi", "kannada")
LONGEST = 500  # characters
READINGS = 600  # of one word; those that differ least from the plain one come first

_SCRIPT = {"hindi": "devanagari", "kannada": "kannada"}  # as the library names them

# What letters can mean, in the ITRANS scheme, the plain reading first. A few differ between the languages.
_BOTH = {
    "a": "a A", "aa": "A", "A": "A", "e": "e", "o": "o", "i": "i I", "ii": "I", "I": "I", "u": "u U", "uu": "U", "U": "U",
    "ai": "ai", "au": "au", "ou": "au", "ri": "ri RRi rI", "H": "H", "M": "M",
    "k": "k", "kh": "kh", "g": "g", "gh": "gh", "c": "ch", "ch": "ch", "chh": "Ch", "j": "j", "jh": "jh",
    "t": "t T", "T": "T", "Th": "Th", "D": "D", "Dh": "Dh", "N": "N", "tt": "tt TT", "dd": "dd DD", "nn": "nn NN",
    "p": "p", "b": "b", "bh": "bh", "m": "m", "y": "y", "r": "r", "tth": "tth tt TTh", "cch": "chCh", "v": "v", "w": "v", "L": "L", "S": "Sh",
    "s": "s", "sh": "sh Sh", "h": "h", "q": "k", "x": "ks kSh", "ksh": "kSh", "jn": "j~n", "gn": "gn j~n",
}  # fmt: skip
_MEANINGS = {
    "hindi": _BOTH | {
        "e": "e", "ee": "I", "ei": "e ai", "E": "e", "o": "o", "oo": "U", "O": "o", "n": "n N", "l": "l", "ll": "ll",
        "th": "th Th", "d": "d D .D", "dh": "dh Dh .Dh", "gy": "j~n gy", "z": "z", "f": "f ph", "ph": "ph f",
        "kh": "kh K", "q": "q k", "j": "j z", "R": ".D", "Rh": ".Dh",
    },
    "kannada": _BOTH | {
        "e": "è e", "ee": "I e", "ei": "e ai", "E": "e", "o": "ò o", "oo": "U o", "O": "o", "n": "n N", "l": "l L",
        "ll": "ll LL", "th": "th t Th", "d": "d D", "dh": "dh d Dh", "z": "j", "f": "ph f", "ph": "ph", "R": "R",
    },
}  # fmt: skip
# Everyday words whose usual typing tells too little, or that the encyclopedias we learnt from rarely use.
EVERYDAY = {
    language: dict(pair.split("=") for pair in pairs.split())
    for language, pairs in {
        "hindi": """
            hindi=हिन्दी namaste=नमस्ते namaskar=नमस्कार hum=हम main=मैं mai=मैं me=में nahi=नहीं yeh=यह woh=वह
            kyun=क्यों kuch=कुछ kahan=कहाँ kahaan=कहाँ haan=हाँ maa=माँ chai=चाय acha=अच्छा tumhe=तुम्हें behen=बहन
            ladka=लड़का ladki=लड़की ladke=लड़के gaadi=गाड़ी bada=बड़ा badi=बड़ी bade=बड़े thoda=थोड़ा thodi=थोड़ी thanda=ठंडा padhna=पढ़ना
            kripya=कृपया kripaya=कृपया school=स्कूल char=चार paanch=पाँच stri=स्त्री raja=राजा sita=सीता mitra=मित्र
            kannada=कन्नड़ kannad=कन्नड़ tyohar=त्योहार suprabhat=सुप्रभात ratri=रात्रि mubarak=मुबारक
            """,
        "kannada": """
            namaste=ನಮಸ್ತೆ namaskara=ನಮಸ್ಕಾರ beku=ಬೇಕು beda=ಬೇಡ oota=ಊಟ uta=ಊಟ howdu=ಹೌದು tumba=ತುಂಬಾ thumba=ತುಂಬಾ
            chennagide=ಚೆನ್ನಾಗಿದೆ chennagiddini=ಚೆನ್ನಾಗಿದ್ದೀನಿ hegiddira=ಹೇಗಿದ್ದೀರಾ hegiddeera=ಹೇಗಿದ್ದೀರಾ yake=ಯಾಕೆ yelli=ಎಲ್ಲಿ
            preethi=ಪ್ರೀತಿ kannadiga=ಕನ್ನಡಿಗ bengaluru=ಬೆಂಗಳೂರು mysuru=ಮೈಸೂರು mysooru=ಮೈಸೂರು dhanyavadagalu=ಧನ್ಯವಾದಗಳು
            dhanyavaadagalu=ಧನ್ಯವಾದಗಳು
            """,
    }.items()
}
_LETTERS = regex.compile(
    "|".join(sorted({*_MEANINGS["hindi"], *_MEANINGS["kannada"]}, key=len, reverse=True))
)
_WORD = regex.compile(r"[A-Za-z]+")
_VOWEL = regex.compile(r"[aeiouAEIOU]")
_CONSONANT = regex.compile(r"[^aeiouAEIOUMH]")
_CAPITALS = set("AIUEOTDNLSRMH")
_AT_THE_END = {
    "a": ["A", "a"], "i": ["I", "i", "IM"], "u": ["U", "u"], "e": ["e", "eM"], "ai": ["ai", "aI", "AI"],
    "n": ["n", "M", ".N", "N"],
}  # fmt: skip
_STOP = regex.compile(r"[kgcjtdpbsqTDS]")


def from_roman(text: str, language: str = "hindi") -> str:
    """English letters as Hindi or Kannada; everything else stays as it is.

    Raises `ValueError` for another language.

    >>> from_roman("namaste, mera naam bharat hai"), from_roman("kannada", "kannada")
    ('नमस्ते, मेरा नाम भारत है', 'ಕನ್ನಡ')
    """
    if language not in LANGUAGES:
        raise ValueError(f"There is no language {language!r}. There are: {', '.join(LANGUAGES)}.")
    return str(_WORD.sub(lambda found: _word(found.group(), language), text[:LONGEST]))


@lru_cache(maxsize=1 << 12)
def _word(roman: str, language: str) -> str:
    """The reading of a word that takes the fewest tokens; of equals the plainest, of single tokens the commonest."""
    encoding = ours(language)

    def cost(reading: tuple[int, str]) -> tuple[float, int, int]:
        changes, written = reading
        ids = encoding.encode_ordinary(" " + written)
        return (1, changes, ids[0]) if len(ids) == 1 else (len(ids) + changes / 2, changes, 0)

    return EVERYDAY[language].get(roman.lower()) or min(readings(roman, language), key=cost)[1]


def readings(roman: str, language: str) -> Iterator[tuple[int, str]]:
    """What a word can mean, each with how many letters are read in another way than the plain one.

    >>> [written for _, written in readings("ram", "hindi")]
    ['रम', 'राम']
    """
    choices = _choices(roman, language)
    several = [at for at, meanings in enumerate(choices) if len(meanings) > 1]

    from indic_transliteration import sanscript  # slow to import, and few visitors need it

    def all_of_them() -> Iterator[tuple[int, str]]:
        for changes in range(len(several) + 1):
            for changed in combinations(several, changes):
                for others in product(*(choices[at][1:] for at in changed)):
                    instead = dict(zip(changed, others, strict=True))
                    yield changes, "".join(instead.get(at, own[0]) for at, own in enumerate(choices))

    for changes, itrans in islice(all_of_them(), READINGS):
        # Hindi does not write the virama at a word's end.
        ends_bare = language == "hindi" and not regex.search(r"([aeiouAIUMH]|\.N)$", itrans)
        written = sanscript.transliterate(itrans + "a" * ends_bare, "itrans", _SCRIPT[language])
        yield changes, unicodedata.normalize("NFC", written)


def _choices(roman: str, language: str) -> list[list[str]]:
    """For each letter of a word, or letters that are one sound, its meanings where it stands."""
    if roman.istitle() or (roman.isupper() and len(roman) > 1):
        roman = roman.lower()  # the start of a sentence, a name, or emphasis
    letters: list[str] = _LETTERS.findall("".join(c if c in _CAPITALS else c.lower() for c in roman))
    around = ["", *letters, ""]
    found = []
    for at, letter in enumerate(letters):
        before, after = around[at], around[at + 2]
        found.append(_meanings(before, letter, after, language))
        if (
            language == "hindi"
            and after not in ("", "ri")
            and not _VOWEL.match(letter)
            and not _VOWEL.match(after)
        ):
            # An a that is not spoken is not typed: करना is karna, and verbs end in -na, -ta.
            verb = after in ("n", "t") and at + 3 == len(letters)
            found.append(["a", ""] if verb else ["", "a"])
    return found


def _meanings(before: str, letter: str, after: str, language: str) -> list[str]:
    meanings = _MEANINGS[language][letter].split()
    if letter == "ri" and not _CONSONANT.match(before):
        return ["ri", "rI"]
    if letter in ("n", "m") and _VOWEL.match(before) and _STOP.match(after):
        return ["M", letter]  # हिंदी, ಅಂಗಡಿ
    # Hindi words rarely end in a short vowel, and often in a nasal one.
    if language == "hindi" and not after and (letter != "n" or _VOWEL.match(before)):
        return _AT_THE_END.get(letter, meanings)
    return meanings

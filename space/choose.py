"""Which of our tokenizers a text gets, and what of a text is taken."""

from functools import lru_cache

import regex

from tokenizer import Encoding, load
from tokenizer.files import ARTIFACTS

MAX_CHARACTERS = 100_000
CHOICES = ("automatic", "hindi", "kannada", "hindi-kannada")
NAMES = {"hindi": "Hindi", "kannada": "Kannada", "hindi-kannada": "Hindi + Kannada"}

_DEVANAGARI = regex.compile(r"\p{Devanagari}")
_KANNADA = regex.compile(r"\p{Kannada}")


@lru_cache(maxsize=len(CHOICES))
def ours(name: str) -> Encoding:
    """One of our encodings, read once: all visitors share what it remembers."""
    return load(name)


def available() -> list[str]:
    """The artifacts there are, of those the page knows."""
    return [name for name in CHOICES[1:] if (ARTIFACTS / name / "meta.json").is_file()]


def choose(text: str, choice: str = "automatic") -> str:
    """The artifact for a text: the one asked for, or by script; the joint one when both are really mixed.

    Raises `ValueError` for a name the page does not know.

    >>> choose("ಕನ್ನಡ"), choose("हिन्दी"), choose("हिन्दी", "kannada")
    ('kannada', 'hindi', 'kannada')
    """
    known = available()
    if choice != "automatic":
        if choice not in known:
            raise ValueError(f"There is no tokenizer {choice!r}. There are: automatic, {', '.join(known)}.")
        return choice
    hindi, kannada = len(_DEVANAGARI.findall(text)), len(_KANNADA.findall(text))
    if min(hindi, kannada) * 5 > hindi + kannada and "hindi-kannada" in known:
        return "hindi-kannada"
    return "kannada" if kannada > hindi else "hindi"

"""The page's words in English, Hindi and Kannada.

The code says a sentence in English; `*.json` beside this file, one for each part of the page, hold
`{"English": {"hi": "…", "kn": "…"}}`. A sentence without a translation stays English.
"""

import json
from pathlib import Path

LANGUAGES = {"en": "English", "hi": "हिन्दी", "kn": "ಕನ್ನಡ"}

WORDS: dict[str, dict[str, str]] = {}
for _path in sorted(Path(__file__).parent.glob("*.json")):
    WORDS |= json.loads(_path.read_text(encoding="utf-8"))


def say(language: str, english: str, **values: object) -> str:
    """A sentence in one of the page's languages, with its values filled in.

    >>> say("en", "{n} tokens", n=3), say("hi", "a sentence nobody translated")
    ('3 tokens', 'a sentence nobody translated')
    """
    return WORDS.get(english, {}).get(language, english).format(**values)

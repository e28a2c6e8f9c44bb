"""Random texts for as long as asked: round trip, tiktoken and tokenizers as judges, display and markup.

`python -m benchmarks.fuzz [--seconds 300] [--seed 0]`; the first failure stops it and prints the text.
"""

import argparse
import random
import time
from html.parser import HTMLParser

import tiktoken
from tokenizers import Tokenizer

from benchmarks.reliability import record
from space.page import show
from space.tab_lanes import draw
from tests.hard_strings import ALPHABET, FIXED
from tokenizer import Encoding, load
from tokenizer.files import ARTIFACTS
from tokenizer.segments import runs

NAMES = ("hindi", "kannada", "hindi-kannada")
TAGS = {
    "section",
    "h2",
    "div",
    "span",
    "small",
    "code",
    "table",
    "caption",
    "tbody",
    "thead",
    "tr",
    "th",
    "td",
    "b",
    "i",
    "p",
    "label",
    "input",
}
KEYS = {"class", "style", "title", "lang", "tabindex", "role", "aria-label", "scope", "type", "id", "for", "aria-hidden",
        "data-t", "data-l", "data-i", "data-j", "data-steps", "data-do"}  # fmt: skip


class Markup(HTMLParser):
    """Fails on an element or attribute that is not one of ours."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called for each element."""
        if tag not in TAGS or not KEYS.issuperset(name for name, _ in attrs):
            raise AssertionError(f"markup from the text: {tag} {attrs}")


def text_of(chance: random.Random) -> str:
    """One random text: hard parts, entries of ours, anything in Unicode, markup."""
    kinds = chance.randrange(4)
    size = chance.choice([3, 10, 40, 200])
    if kinds == 0:
        return "".join(chance.choices(ALPHABET, k=size))
    if kinds == 1:
        points = (chance.randrange(0x110000) for _ in range(size))
        return "".join(chr(p) for p in points if not 0xD800 <= p < 0xE000)
    if kinds == 2:
        return "".join(
            chance.choices([*ALPHABET, "<", ">", "&", "'", '"', "<script>", "onerror=", "</span>"], k=size)
        )
    return " ".join(chance.choices([*FIXED, *ALPHABET], k=min(size, 40)))


def check(text: str, enc: Encoding, judge: tiktoken.Encoding, compiled: Tokenizer) -> None:
    """Every property of one text in one tokenizer."""
    ids = enc.encode_ordinary(text)
    assert enc.decode(ids) == text, "round trip"
    assert ids == judge.encode_ordinary(text), "tiktoken"
    assert ids == compiled.encode(text, add_special_tokens=False).ids, "tokenizers"
    tokens = [enc.decode_single_token_bytes(id_) for id_ in ids]
    assert "".join(run.text for run in runs(text, tokens)) == text, "display"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    engines = []
    for name in NAMES:
        enc = load(name)
        judge = tiktoken.Encoding(
            name, pat_str=enc.pat_str, mergeable_ranks=enc.mergeable_ranks, special_tokens={}
        )
        compiled = Tokenizer.from_file(str(ARTIFACTS / name / "tokenizer.json"))
        compiled.encode_special_tokens = True
        engines.append((enc, judge, compiled))
    tried = characters = 0
    end = time.monotonic() + asked.seconds
    while time.monotonic() < end:
        text = text_of(chance)
        try:
            for engine in engines:
                check(text, *engine)
            if tried % 10 == 0:
                for html in show(text, "automatic", "gpt2"):
                    Markup().feed(html)
                if text:
                    Markup().feed(draw(text, "automatic"))
        except AssertionError as error:
            raise SystemExit(f"{error}: {text!a}") from error
        tried += 1
        characters += len(text)
    record(
        "make fuzz",
        {
            "random texts tried, each in three tokenizers": tried,
            "characters in them": characters,
            "characters lost": 0,
            "ids that differ from tiktoken's or tokenizers'": 0,
            "elements or attributes that came from a text": 0,
        },
    )


if __name__ == "__main__":
    main()

"""What is said of a token, and its merge tree, against the ranks themselves and the encoders."""

import asyncio
import random
import re

import gradio as gr
import pytest

from space import roman_box, tab_lanes, tab_merging
from space.inspector import draw_tree, facts, inspect
from space.steps import Tree, merge_tree, merges, pattern_of, ranks_of
from tests.hard_strings import hard_strings
from tests.test_tabs import HOSTILE, parsed
from tokenizer import baseline, load
from tokenizer.baselines import BASELINES
from tokenizer.patterns import pieces

NAMES = ("hindi", "kannada", "hindi-kannada", *BASELINES)


def ask(*question: object) -> str:
    return asyncio.run(inspect(*question))  # type: ignore[arg-type]


def bytes_of(tree: Tree) -> bytes:
    return b"".join(map(bytes_of, tree.parts)) if tree.parts else tree.token


def inner(tree: Tree) -> list[Tree]:
    return [tree, *(own for part in tree.parts for own in inner(part))] if tree.parts else []


@pytest.mark.parametrize("name", NAMES)
def test_every_tree_ends_in_its_bytes_and_every_join_is_an_entry(name: str) -> None:
    ranks = ranks_of(name)
    for token in random.Random(7).sample(sorted(ranks), 400):
        tree, steps = merge_tree(ranks, token)
        assert (tree.token, tree.rank) == (token, ranks[token])
        assert bytes_of(tree) == token
        for own in inner(tree):
            assert own.rank == ranks[own.token]
            assert b"".join(part.token for part in own.parts) == own.token
        assert len(steps) == len(token) - 1
        assert sorted(map(id, steps)) == sorted(map(id, inner(tree)))


@pytest.mark.parametrize("name", NAMES)
def test_the_merges_end_where_the_encoder_ends(name: str) -> None:
    ranks = ranks_of(name)
    encoding = baseline(name) if name in BASELINES else load(name)
    for text in ["हिन्दी में क्षत्रिय", "ಕನ್ನಡ ಸ್ತ್ರೀ", "Egg egg 127", *hard_strings(30)]:
        cut = [piece.encode() for piece in pieces(pattern_of(name), text)]
        parts = [bytes([byte]) for piece in cut for byte in piece]
        for at, rank in merges(ranks, cut):
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
            assert ranks[parts[at]] == rank
        assert [ranks[part] for part in parts] == encoding.encode_ordinary(text)


def test_an_entry_that_merging_cannot_reach_says_so() -> None:
    ranks = {bytes([byte]): byte for byte in range(256)} | {b"abc": 300}
    tree, steps = merge_tree(ranks, b"abc")
    assert [part.token for part in tree.parts] == [b"a", b"b", b"c"]
    assert steps == []


def test_a_token_is_told_in_full() -> None:
    shown = parsed(ask("hindi", [410], 3, [["लीं", 3, 4]], True, "en")).text
    for part in (
        "ली",
        "token 3 · id 410",
        "E0 A4 B2 E0 A5 80",
        "U+0940 DEVANAGARI VOWEL SIGN II",
        "aksharas",
    ):
        assert part in shown
    assert "cuts लीं, which tokens 3 to 4 share" in shown
    assert "ल + ◌ी → ली, rank 410" in shown
    assert "begins and ends between aksharas" in parsed(ask("hindi", [410], 3, [], False, "en")).text
    assert "akshara" not in re.sub("aksharas", "", parsed(ask("hindi", [410], 3, None, False, "en")).text)


def test_half_a_character_is_named_as_what_it_is() -> None:
    token = "क".encode()[2:] + b" " + "क".encode()[:2]
    shown = parsed(facts("gpt2", 1, token, 1, None)).text
    assert "95: the rest of a character" in shown
    assert "U+0020 SPACE" in shown
    assert "E0 A4: the beginning of a character" in shown


def test_the_widest_entries_are_drawn_and_special_characters_escaped() -> None:
    for name in BASELINES:
        longest = sorted(ranks_of(name), key=len)[-3:]
        for token in [*longest, b"<", b" >", b'"', b"&", b"</"]:
            if token in ranks_of(name):
                parsed(draw_tree(name, token))
    assert "is no merge" not in draw_tree("gpt2", b" the")


@pytest.mark.parametrize("language", ["en", "hi", "kn", "xx", None, ["en"]])
def test_hostile_context_stays_text(language: object) -> None:
    shown = ask("gpt2", [1, 2], 1, [[HOSTILE, 1, 2], ["\ud800", 1, 9]], True, language)
    assert "<img" not in shown
    assert "<script" not in shown
    shown.encode()


@pytest.mark.parametrize(
    "question",
    [
        ("nobody", [1], 1, [], False, "en"),
        (["hindi"], [1], 1, [], False, "en"),
        ("hindi", [], 1, [], False, "en"),
        ("hindi", [1] * 7, 1, [], False, "en"),
        ("hindi", [4998], 1, [], True, "en"),
        ("hindi", [10**30], 1, [], False, "en"),
        ("gpt2", [-1], 1, [], False, "en"),
        ("gpt2", ["<b>"], 1, [], False, "en"),
        ("gpt2", None, 1, [], False, "en"),
        ("gpt2", [1], "x", [], False, "en"),
        ("gpt2", [1], 1, [["a"]], False, "en"),
        ("gpt2", [1], 1, 5, False, "en"),
    ],
)
def test_a_wrong_question_gets_a_plain_answer(question: tuple[object, ...]) -> None:
    with pytest.raises(gr.Error, match="There is no such token"):
        ask(*question)


@pytest.mark.parametrize("language", ["hi", "kn"])
def test_the_tools_speak_the_pages_language(language: str) -> None:
    text = "मुझे\u200cहिन्दी आती है "
    drawn = {
        "glass": ask("hindi", [410], 3, [["लीं", 3, 4]], True, language)
        + ask("gpt2", [156], 1, [], False, language),
        "merging": tab_merging.draw(text, "automatic", "gpt2", language)
        + tab_merging.draw("", "automatic", "gpt2", language),
        "lanes": tab_lanes.draw(text * 60, "automatic", language),
        "estimate": tab_lanes.estimate(text, "automatic", 1, 1, language)
        + tab_lanes.estimate("", "automatic", 1, 1, language),
    }
    for name, html in drawn.items():
        said = [*re.findall(r'aria-label="([^"]*)"', html), parsed(html).text]
        words = set(re.findall(r"[A-Za-z][a-z]{2,}", re.sub("U\\+[0-9A-F]+ [A-Z ]+", "", " ".join(said))))
        assert words <= {"Enter", "regex", "context", "window"}, name
    assert parsed(roman_box.spellings(language)).text != parsed(roman_box.spellings()).text

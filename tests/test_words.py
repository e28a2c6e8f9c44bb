"""Every sentence of the page in English, Hindi and Kannada: none missing, none stale, none left in English."""

import ast
import json
import re
import string
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import gradio as gr
import pytest

from space import page, tab_hub, tab_regex, tab_scoreboard, tab_unicode, tab_vocabulary, words
from tests.server import ROOT

SPACE = ROOT / "space"
FILES = sorted((SPACE / "words").glob("*.json"))
# Names are the same in every language.
NAMES = {
    "GPT-2",
    "GPT-4",
    "GPT-4o",
    "FLORES-200 devtest",
    "Python",
    "ZWJ, ZWNJ",
    "owner/name",
    "English",
    "namaste",
}


def literals() -> Iterator[str]:
    """Every string in the page's code."""
    for path in SPACE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    for path in SPACE.glob("*.js"):
        yield from re.findall(r"'((?:[^'\\\n]|\\.)*)'", path.read_text(encoding="utf-8"))


def said() -> Iterator[str]:
    """The sentences given to `say` as they are."""
    for path in SPACE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                given = node.args[1] if len(node.args) > 1 else None
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield given.value
    for path in SPACE.glob("*.js"):
        yield from re.findall(r"\bsay\('((?:[^'\\]|\\.)*)'", path.read_text(encoding="utf-8"))


def shown() -> Iterator[str]:
    """The words on the components: labels, placeholders, choices, buttons, tabs."""
    for block in page.build().blocks.values():
        names = ("label", "placeholder", "info", *(["value"] if isinstance(block, gr.Button) else []))
        if block.__class__.__name__ != "Api":
            yield from (getattr(block, name) for name in names if getattr(block, name, None))
            yield from (label for label, _ in getattr(block, "choices", None) or [])


def is_english(text: str) -> bool:
    return re.search("[A-Za-z]{2}", text) is not None and text not in NAMES and "·" not in text


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_nothing_said_lacks_a_translation() -> None:
    wanted = {text for text in [*said(), *shown()] if is_english(text)}
    missing = {text for text in wanted if set(words.WORDS.get(text, {})) != {"hi", "kn"}}
    assert missing == set()


def test_translations_fill_in_the_same_values() -> None:
    for english, translated in words.WORDS.items():
        for tag, text in translated.items():
            assert fields(text) == fields(english), (tag, english)
            assert text.strip() == text != ""
            script = "\u0900-\u097f" if tag == "hi" else "\u0c80-\u0cff"
            assert re.search(f"[{script}]", text) or english in NAMES, (tag, english)


def test_no_translation_is_stale() -> None:
    used = {*literals(), *shown(), *("Ours: " + name for name in page.NAMES.values())}
    assert {english for english in words.WORDS if english not in used} == set()


def test_no_sentence_is_translated_twice_and_differently() -> None:
    for path in FILES:
        for english, translated in json.loads(path.read_text(encoding="utf-8")).items():
            assert words.WORDS[english] == translated, (path.name, english)


@pytest.mark.parametrize("language", ["hi", "kn"])
def test_what_is_drawn_has_no_english_left(language: str) -> None:
    text = "१२३ है| ज़ \u095b क्\u200dष ನ್\u200cಸ್ ಕೆ\u0cd5 ಕ। दु:ख है. \u00a0\u200b\x07 ಕ್ " * 400
    drawn = {
        "page": "".join(page.show(text, "automatic", "gpt2", language)) + page.heading(language),
        "empty": page.show("", "automatic", "gpt2", language)[0],
        "long": page.show("क" * 100_001, "automatic", "gpt2", language)[0],
        "regex": tab_regex.draw(text, "automatic", language),
        "unicode": tab_unicode.draw(text, "automatic", language).split("<details>")[0],
        "vocabulary": tab_vocabulary.draw("hindi", "भारत", "", [], language),
        "nothing": tab_vocabulary.draw("hindi", "ಕಖಗ", "", [], language),
        "scoreboard": tab_scoreboard.draw("udhr", language),
        "checks": "".join(check(text, language) for check in tab_scoreboard.CHECKS.values()),
        "hub": tab_hub.draw("", "", "automatic", language),
    }
    for name, html in drawn.items():
        visible = re.sub(r"<code[^>]*>.*?</code>", "", html)
        spoken = [*re.findall(r'(?:aria-label|title)="([^"]*)"', visible), re.sub("<[^>]*>", " ", visible)]
        left = re.findall(r"[A-Za-z][a-z]{2,}", unescape(" ".join(spoken)))
        assert set(left) <= ALLOWED, (name, set(left) - ALLOWED)


# Names of things, and what is typed into a computer.
ALLOWED = {
    "Llama", "Qwen", "Gemma", "Mistral", "devtest", "Nemo", "Deep", "Seek", "sentencepiece", "unigram", "tokenizers", "rustbpe", "regex", "our",
    "sha", "base", "gpt", "owner", "name", "tokenizer", "json", "Hub", "bench", "make", "Enter",
}  # fmt: skip


def test_what_listens_to_one_event_cannot_wait_for_one_another() -> None:
    # Gradio runs every listener of an event again for one `always_last` that had to wait: two never come to rest.
    waiting: dict[tuple[int, str], list[str]] = {}
    for fn in page.build().fns.values():
        if fn.trigger_mode == "always_last" and fn.fn is not None:
            for target in fn.targets:
                waiting.setdefault(target, []).append(fn.name)
    assert {target: names for target, names in waiting.items() if len(names) > 1} == {}


def test_json_files_read_alike() -> None:
    for path in FILES:
        loaded = json.loads(path.read_text(encoding="utf-8"))
        assert all(list(entry) == ["hi", "kn"] for entry in loaded.values()), path.name


def test_the_browser_gets_its_sentences() -> None:
    assert "WORDS" not in re.sub("//.*", "", page.JS)
    assert "ಲಿಂಕ್ ನಕಲಾಗಿದೆ." in page.JS
    assert Path(SPACE / "page.js").read_text(encoding="utf-8").count("WORDS;") == 1

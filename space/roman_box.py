"""A field for those without an Indic keyboard: type in English letters, see Hindi or Kannada, add it to the text."""

from html import escape
from typing import Any

import gradio as gr

from space.choose import MAX_CHARACTERS
from space.events import AT_ONCE, PRIVATE
from space.roman import LONGEST, from_roman
from space.words import say

TAGS = {"hindi": "hi", "kannada": "kn"}

# Shown with what they become; the words explain themselves by their sound.
SPELLINGS = {
    "hindi": ("namaste", "mera naam", "bhaarat", "dost", "ThanDa", "laRka", "zindagi", "kyaa", "shrii"),
    "kannada": ("kannada", "hesaru", "neenu", "mEle", "oota", "makkaLu", "shaale", "strii"),
}

_TOGGLE = """() => {
  const box = document.getElementById('roman');
  const open = !box.classList.toggle('shut');
  document.getElementById('roman-open').setAttribute('aria-expanded', open);
  if (open) box.querySelector('textarea, input').focus();
}"""


def preview(typed: str, which: str) -> str:
    """What the letters become, as HTML.

    >>> preview("namaste", "hindi")
    '<p class="typed" lang="hi" role="status">नमस्ते</p>'
    """
    written = from_roman(typed, which)
    return f'<p class="typed" lang="{TAGS[which]}" role="status">{escape(written)}</p>'


def add(text: str, typed: str, which: str) -> tuple[str, str]:
    """The text with what was typed after it, and an empty field.

    >>> add("मेरा", "naam", "hindi")
    ('मेरा नाम', '')
    """
    written = from_roman(typed.strip(), which)
    if not written:
        return text, typed
    between = "" if not text or text[-1].isspace() else " "
    return (text + between + written)[:MAX_CHARACTERS], ""


def spellings(language: str = "en") -> str:
    """How to spell: a rule, and words with what they become."""
    pairs = "".join(
        f'<li>{escape(word)} <b lang="{TAGS[which]}">{escape(from_roman(word, which))}</b></li>'
        for which, words in SPELLINGS.items()
        for word in words
    )
    told = (
        "Type as you speak: the likeliest word is chosen. To say exactly what you mean, double a vowel "
        "(aa, ii, uu) and write T, D, N, L for the sounds made with the tongue curled back."
    )
    return (
        f"<details><summary>{escape(say(language, 'How to spell'))}</summary><p>{escape(say(language, told))}</p>"
        f'<ul class="spellings">{pairs}</ul></details>'
    )


def opener() -> Any:
    """The button that shows and hides the field; gives its event."""
    return gr.Button("Type in English letters", size="sm", min_width=60, elem_id="roman-open").click(
        None, None, None, js=_TOGGLE, api_visibility="private"
    )


def build(text: gr.Textbox, language: gr.Dropdown, opened: Any) -> None:
    """The field, its preview and its events; how to spell is worked out when it is first `opened`."""
    with gr.Column(elem_id="roman", elem_classes="shut"):
        with gr.Row():
            typed = gr.Textbox(
                label="English letters", placeholder="namaste", max_length=LONGEST, max_lines=1, elem_id="roman-typed",
                scale=3, min_width=200,
            )  # fmt: skip
            which = gr.Radio(
                [("Hindi", "hindi"), ("Kannada", "kannada")], value="hindi", label="Written in",
                elem_id="roman-which", scale=1, min_width=200,
            )  # fmt: skip
            button = gr.Button("Add to the text", scale=0, min_width=150)
        shown = gr.HTML(preview("", "hindi"), elem_id="roman-shown")
        how = gr.HTML(elem_id="roman-how")
    gr.on([typed.change, which.change], preview, [typed, which], shown, trigger_mode="always_last", **PRIVATE)
    gr.on([typed.submit, button.click], add, [text, typed, which], [text, typed], **PRIVATE)
    opened.then(spellings, language, how, **AT_ONCE, **PRIVATE)
    language.change(spellings, language, how, **AT_ONCE, **PRIVATE)

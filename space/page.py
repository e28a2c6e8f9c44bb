"""The page: its parts, and what happens when the text, a choice or the language changes."""

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from threading import Thread
from typing import Any

import gradio as gr
from gradio.blocks import Block

from space import (
    api,
    inspector,
    render,
    roman_box,
    tab_hub,
    tab_lanes,
    tab_merging,
    tab_regex,
    tab_scoreboard,
    tab_unicode,
    tab_vocabulary,
)
from space.choose import MAX_CHARACTERS, NAMES, available, choose
from space.choose import ours as our
from space.events import AT_ONCE, PRIVATE
from space.render import LABELS
from space.words import LANGUAGES, WORDS, say
from tokenizer import baseline
from tokenizer.baselines import BASELINES, BaselineError
from tokenizer.metrics import Measure

TITLE = "Hindi and Kannada in fewer than 5,000 tokens"
SUBTITLE = "A byte-level BPE made for Indic scripts. Type, and compare it with GPT’s tokenizers."
EMPTY = "Type or paste Hindi or Kannada above, or choose an example."

EXAMPLES = {
    "हिन्दी": "भारत एक विशाल देश है। यहाँ के लोग कई भाषाएँ बोलते हैं और सभी त्योहार साथ मनाते हैं।",
    "ಕನ್ನಡ": "ಕನ್ನಡ ಭಾಷೆಯು ಕರ್ನಾಟಕ ರಾಜ್ಯದ ಅಧಿಕೃತ ಭಾಷೆಯಾಗಿದೆ. ಇದಕ್ಕೆ ಎರಡು ಸಾವಿರ ವರ್ಷಗಳ ಇತಿಹಾಸವಿದೆ.",
    "mixed": "नमस्ते ಬೆಂಗಳೂರು! आज हम ಕನ್ನಡ और हिन्दी साथ लिखेंगे, ಎರಡೂ ಭಾಷೆಗಳು ಸುಂದರ.",
    "conjuncts": "क्षत्रिय स्त्री राष्ट्र उज्ज्वल · ಸ್ತ್ರೀ ರಾಷ್ಟ್ರ ಕ್ಷಮೆ ಲಕ್ಷ್ಮಿ",
    "digits and Latin": "2024 में iPhone 15 की कीमत ₹79,900 थी, यानी १२३४५ से ज़्यादा।",
    "nukta": "ज़िंदगी, क़लम, पढ़ना · ज़िंदगी क़लम पढ़ना · ಫ಼ ಜ಼",
    "ZWJ, ZWNJ": "क्‍ष क्‌ष · ರ‍್ಯ ರ್ಯ · ನಾನ್‌ಸ್ಟಿಕ್",
    "emoji": "बधाई हो! 🎉👩‍👩‍👧 ಅಭಿನಂದನೆಗಳು 🙏🏽",
    "special token": "क्या <|endoftext|> यहाँ सिर्फ़ पाठ है?",
}

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"
CSS = (HERE / "page.css").read_text(encoding="utf-8").replace("FONTS/", f"gradio_api/file={FONTS}/")
# The shipped fonts first: they hold Devanagari and Kannada alone, whatever the system would put there.
FONT: list[Any] = [
    "Noto Sans Devanagari", "Noto Sans Kannada",
    gr.themes.LocalFont("Source Sans Pro"), "ui-sans-serif", "system-ui", "sans-serif",
]  # fmt: skip
_SAID = (HERE / "words" / "browser.json").read_text(encoding="utf-8")
JS = (HERE / "page.js").read_text(encoding="utf-8").replace("= WORDS;", f"= {_SAID};")

# Tabs that draw the visitor's text, and tabs with controls of their own.
DRAWN_TABS = (tab_lanes, tab_regex, tab_unicode)
BUILT_TABS = (tab_merging, tab_vocabulary, tab_scoreboard, tab_hub)

# What each button does in the browser.
SEND_ON = {
    "Copy link": "(text) => page.copyLink(text)",
    "Copy ids": "(text, choice) => page.copyIds(text, choice)",
    "Download JSON": "(text, choice) => page.download('json', text, choice)",
    "Download CSV": "(text, choice) => page.download('csv', text, choice)",
    "Copy embed code": "() => page.copyEmbed()",
}


def show(text: str, choice: str, beside: str, language: str = "en") -> tuple[str, str, str]:
    """The counts, our view and the other tokenizer's view, as HTML."""
    notes = []
    if len(text) > MAX_CHARACTERS:
        notes.append(
            say(
                language, "Your text has {n:,} characters; the first {most:,} are counted.",
                n=len(text), most=MAX_CHARACTERS,
            )
        )  # fmt: skip
        text = text[:MAX_CHARACTERS]
    if not text:
        return render.message(say(language, EMPTY)), "", ""
    try:
        name = choose(text, choice)
        ours = our(name)
        ids = ours.encode_ordinary(text)
    except ValueError as error:
        return render.message(str(error)), "", ""
    label = say(language, "Ours: " + NAMES[name])
    rows: list[tuple[str, Measure]] = [(label, _count(text, ids))]
    missing = []
    others = {}
    for other in reversed(BASELINES):
        try:
            encoding = baseline(other)
        except BaselineError as error:
            missing.append(str(error))
            continue
        others[other] = encoding, encoding.encode_ordinary(text)
        rows.append((LABELS[other], _count(text, others[other][1])))
    drawn = view(
        say(language, "{name}, {n:,} entries", name=label, n=ours.n_vocab), ours, text, ids, name, language
    )
    second = ""
    if beside in others:
        encoding, their = others[beside]
        title = say(language, "{name}, {n:,} entries", name=f"{LABELS[beside]}: {beside}", n=encoding.n_vocab)
        second = view(title, encoding, text, their, beside, language)
    if max([len(ids), *(len(i) for _, i in others.values())]) > render.DRAWN:
        notes.append(
            say(language, "Everything is counted; the first {n:,} tokens are drawn.", n=render.DRAWN)
        )
    lossless = ours.decode_bytes(ids) == text.encode()
    return render.bars(rows, missing, " ".join(notes), lossless, language), drawn, second


def _count(text: str, ids: list[int]) -> Measure:
    return Measure(tokens=len(ids), characters=len(text), bytes=len(text.encode()))


def draw_active(text: str, choice: str, language: str, active: str) -> list[Any]:
    """The tab that is open, drawn anew; the others stay as they are."""
    return [_drawn(tab, text, choice, language) if active == _id(tab) else gr.skip() for tab in DRAWN_TABS]


def _drawn(tab: Any, text: str, choice: str, language: str) -> str:
    if not text:
        return render.message(say(language, EMPTY))
    try:
        return str(tab.draw(text[:MAX_CHARACTERS], choice, language=language))
    except ValueError as error:
        return render.message(str(error))


def view(title: str, encoding: Any, text: str, ids: list[int], name: str, language: str = "en") -> str:
    """The reading view, and the tokens one by one."""
    ids = ids[: render.DRAWN]
    tokens = [encoding.decode_single_token_bytes(token) for token in ids]
    if len(ids) == render.DRAWN:
        # The last token drawn may end inside a character: go back to where one ends.
        while tokens:
            try:
                text = b"".join(tokens).decode()
                break
            except UnicodeDecodeError:
                tokens.pop()
        ids = ids[: len(tokens)]
    return render.reading(title, text, tokens, name, language) + render.chips(ids, tokens, name, language)


def boot(language: str, tab: str, request: gr.Request) -> tuple[str, str, str, str, Any]:
    """What the address asks for: `?text=…&tokenizer=…&beside=…`; the browser has found the language and the tab."""
    asked = dict(request.query_params)
    choice, beside = asked.get("tokenizer"), asked.get("beside")
    return (
        asked.get("text", EXAMPLES["ಕನ್ನಡ" if language == "kn" else "हिन्दी"])[:MAX_CHARACTERS],
        choice if choice in available() else "automatic",
        beside if beside in BASELINES else "o200k_base",
        language if language in LANGUAGES else "en",
        gr.Tabs(selected=tab) if tab in map(_id, DRAWN_TABS + BUILT_TABS) else gr.skip(),
    )


def _id(tab: Any) -> str:
    return str(tab.__name__.rpartition("_")[2])


def spoken(block: Block, language: str) -> dict[str, Any]:
    """A component's words in a language, as the properties to update.

    >>> spoken(gr.Button("Copy ids", render=False), "hi")
    {'value': 'आईडी कॉपी करें'}
    """
    found: dict[str, Any] = {}
    for name in ("label", "placeholder", *(["value"] if isinstance(block, gr.Button) else [])):
        if getattr(block, name, None) in WORDS:
            found[name] = say(language, getattr(block, name))
    choices = getattr(block, "choices", None) or []
    if any(label in WORDS for label, _ in choices):
        found["choices"] = [(say(language, label), value) for label, value in choices]
    return found


def heading(language: str = "en") -> str:
    """The page's name, and what it is."""
    return f"<h1>{escape(say(language, TITLE))}</h1><p>{escape(say(language, SUBTITLE))}</p>"


def _warm() -> None:
    for name in BASELINES:
        try:
            baseline(name)
        except BaselineError:
            continue  # the page says so where it would be shown
    for name in available():
        our(name)


def build() -> gr.Blocks:
    """The page's components and events."""
    gr.set_static_paths([FONTS])  # the only folder that is served
    with gr.Blocks(title=TITLE, analytics_enabled=False) as demo:
        with gr.Row(elem_classes="top"):
            head = gr.HTML(heading(), min_width=240)
            choice = gr.Dropdown(
                [("Ours: by script", "automatic"), *(("Ours: " + NAMES[name], name) for name in available())],
                value="automatic", label="Our tokenizer", elem_id="tokenizer", container=False, scale=0,
                min_width=180,
            )  # fmt: skip
            beside = gr.Dropdown(
                [("Beside: " + LABELS[name], name) for name in reversed(BASELINES)],
                value="o200k_base", label="Beside", elem_id="beside", container=False, scale=0, min_width=150,
            )  # fmt: skip
            language = gr.Dropdown(
                [(name, tag) for tag, name in LANGUAGES.items()], value="en", label="Language · भाषा · ಭಾಷೆ",
                elem_id="language", container=False, scale=0, min_width=105, filterable=False,
            )  # fmt: skip
        text = gr.Textbox(
            label="Your text", lines=2, max_lines=8, elem_id="text", container=False,
            placeholder="Type or paste Hindi or Kannada",
        )  # fmt: skip
        with gr.Row(elem_classes="examples"):
            wanted = roman_box.opener()
            for label, example in EXAMPLES.items():
                gr.Button(label, size="sm", min_width=60).click(
                    None, None, text, js=f"() => {json.dumps(example)}", **PRIVATE
                )
        roman_box.build(text, language, wanted)
        active = gr.State("")  # the open tab; outside the tabs, which count whatever is in them
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab("Tokens") as first:
                shown = _tokens(text, choice, beside, language)
            opened = _others(text, choice, language)
        _follow([(first, None, "", None), *opened], shown, active, [text, choice, language])
        _speak(demo, head, language)
        _remember(text, choice, beside, language)
        # Both inputs come from the browser: the tab before the first one, which opens by itself, takes its place.
        demo.load(
            boot, [language, text], [text, choice, beside, language, tabs],
            js="() => [page.language(), page.tab]", **PRIVATE,
        )  # fmt: skip
        inspector.build()
        for endpoint in (api.tokenize, api.compare, api.decode, api.vocabulary):
            gr.api(endpoint, api_name=endpoint.__name__, queue=False)  # type: ignore[attr-defined]
    api.remember_signatures(demo)
    return demo  # type: ignore[no-any-return]


def _tokens(text: gr.Textbox, choice: gr.Dropdown, beside: gr.Dropdown, language: gr.Dropdown) -> Any:
    """The first tab: the counts, both views, and the buttons that send them on. Gives the event that draws it."""
    counts = gr.HTML(elem_id="counts")
    with gr.Row():
        with gr.Column(min_width=320):
            ours = gr.HTML(elem_id="ours")
        with gr.Column(min_width=320):
            other = gr.HTML(elem_id="other")
    with gr.Row(elem_classes="examples send-on"):
        for label, script in SEND_ON.items():
            gr.Button(label, size="sm", min_width=60).click(None, [text, choice], None, js=script, **PRIVATE)
    gr.HTML('<div id="said" role="status"></div>')
    drawing: dict[str, Any] = (
        {
            "fn": show,
            "inputs": [text, choice, beside, language],
            "outputs": [counts, ours, other],
        }
        | PRIVATE
        | {"show_progress": "minimal", "show_progress_on": counts}
    )  # seen after half a second: page.css
    language.change(**drawing, **AT_ONCE)
    return gr.on([text.change, choice.change, beside.change], trigger_mode="always_last", **drawing)


def _others(text: gr.Textbox, choice: gr.Dropdown, language: gr.Dropdown) -> list[Any]:
    """The other tabs: each with what is drawn in it anew for each text, its name, and what draws it when it is
    first opened (for what takes long: the page does not wait for it)."""
    opened: list[Any] = []
    for tab in DRAWN_TABS:
        with gr.Tab(tab.TITLE, id=_id(tab), elem_id="tab-" + _id(tab)) as own:
            opened.append((own, gr.HTML(elem_id=_id(tab)), _id(tab), None))
            if tab is tab_lanes:
                tab_lanes.build_more(text, choice, opened[-1][1], language)
    for built in BUILT_TABS:
        with gr.Tab(built.TITLE, id=_id(built), elem_id="tab-" + _id(built)) as own:
            drawing = built.build(text, choice, language)
        opened.append((own, None, _id(built), drawing))
    return opened


def _follow(opened: list[Any], shown: Any, active: gr.State, inputs: list[Any]) -> None:
    """The open tab is drawn when it is opened, when the first tab has been drawn, and in a new language."""
    drawn = [html for _, html, _, _ in opened if html]
    redraw: dict[str, Any] = {"fn": draw_active, "inputs": [*inputs, active], "outputs": drawn} | PRIVATE
    for tab, _, name, at_first in opened:
        tab.select(lambda name=name: name, None, active, **PRIVATE).then(**redraw)
        tab.select(None, None, None, js="() => page.keep({})", **PRIVATE)
        if at_first:
            done = gr.State(False)
            tab.select(
                _once(at_first["fn"]), [done, *at_first["inputs"]], [done, at_first["outputs"]],
                **AT_ONCE, **PRIVATE,
            )  # fmt: skip
    shown.then(**redraw)
    inputs[-1].change(**redraw, **AT_ONCE)


def _once(draw: Callable[..., str]) -> Callable[..., tuple[Any, Any]]:
    def first(done: bool, *given: Any) -> tuple[Any, Any]:
        return (gr.skip(), gr.skip()) if done else (True, draw(*given))

    return first


def _remember(text: gr.Textbox, choice: gr.Dropdown, beside: gr.Dropdown, language: gr.Dropdown) -> None:
    """The address follows the text and the choices."""
    gr.on(
        [text.change, choice.change, beside.change, language.change], None, [text, choice, beside], None,
        js="(text, tokenizer, beside) => page.keep({text, tokenizer, beside})",
        **PRIVATE,
    )  # fmt: skip


def _speak(demo: gr.Blocks, head: gr.HTML, language: gr.Dropdown) -> None:
    """The language: every component's words change with it, and the page is shown once they have."""
    told = [block for block in demo.blocks.values() if spoken(block, "en")]

    def speak(tag: str) -> list[Any]:
        return [heading(tag), *(gr.update(**spoken(block, tag)) for block in told)]

    language.change(
        speak, language, [head, *told], js="(tag) => [page.speak(tag)]", **AT_ONCE, **PRIVATE
    ).then(None, None, None, js="() => page.ready()", **PRIVATE)


def launch(demo: gr.Blocks) -> None:
    """Serve the page on `GRADIO_SERVER_PORT`, or 7860; load what it will need once it is there."""
    demo.launch(
        css=CSS, head=f"<script>{JS}</script>", theme=gr.themes.Default(font=FONT), ssr_mode=False,
        footer_links=["api", "gradio"], run_history=False, enable_monitoring=False, mcp_server=True,
        show_error=True, prevent_thread_lock=True,
    )  # fmt: skip
    Thread(target=_warm, daemon=True).start()
    demo.block_thread()

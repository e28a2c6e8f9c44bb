"""The page: its parts, and what happens when the text changes."""

import json
from pathlib import Path
from threading import Thread
from typing import Any

import gradio as gr

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
from space.choose import MAX_CHARACTERS, available, choose
from space.choose import ours as our
from space.render import LABELS
from tokenizer import baseline
from tokenizer.baselines import BASELINES, BaselineError
from tokenizer.metrics import Measure

NAMES = {"hindi": "Hindi", "kannada": "Kannada", "hindi-kannada": "Hindi + Kannada"}

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

# The address keeps the text and the choice, so that it can be sent on; long texts are left out of it.
KEEP_ADDRESS = """(text, tokenizer) => {
  const url = new URL(location.href);
  if (text && text.length <= 1200) url.searchParams.set('text', text); else url.searchParams.delete('text');
  url.searchParams.set('tokenizer', tokenizer);
  history.replaceState(null, '', url);
  return [text, tokenizer];
}"""


# Tabs that draw the visitor's text, and tabs with controls of their own.
DRAWN_TABS = (tab_lanes, tab_regex, tab_unicode)
BUILT_TABS = (tab_merging, tab_vocabulary, tab_scoreboard, tab_hub)

_DOWNLOAD = """async (text, choice) => {
  const answer = await fetch('gradio_api/run/tokenize', {method: 'POST',
    headers: {'Content-Type': 'application/json'}, body: JSON.stringify({data: [text, choice]})});
  if (!answer.ok) { alert((await answer.json()).error); return; }
  const found = (await answer.json()).data[0];
  const csv = () => 'id,token\\n' + found.ids.map((id, at) => id + ',' + JSON.stringify(found.pieces[at])).join('\\n');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([KIND === 'csv' ? csv() : JSON.stringify(found)]));
  link.download = 'tokens.' + KIND;
  link.click();
}"""

# What each button does in the browser.
SEND_ON = {
    "Copy link": """(text) => navigator.clipboard.writeText(location.href).then(() =>
      text.length > 1200 ? alert('The text is too long for a link: the link opens the page without it.') : null)""",
    "Copy ids": """() => navigator.clipboard.writeText(
      [...document.querySelectorAll('#ours .chip small')].map(e => e.textContent).join(' '))""",
    "Download JSON": _DOWNLOAD.replace("KIND", "'json'").replace("''json''", "'json'"),
    "Download CSV": _DOWNLOAD.replace("KIND", "'csv'"),
    "Copy embed code": """() => { const url = new URL(location.href); url.searchParams.set('embed', '1');
      return navigator.clipboard.writeText('<iframe src="' + url + '" width="100%" height="520" title="Tokens"></iframe>'); }""",
}

# `?embed=1`: only the text, the counts and the tokens.
EMBED = "() => { if (new URL(location.href).searchParams.get('embed') === '1') document.body.classList.add('embed'); }"


def show(text: str, choice: str, beside: str) -> tuple[str, str, str]:
    """The counts, our view and the other tokenizer's view, as HTML."""
    note = ""
    if len(text) > MAX_CHARACTERS:
        note = f"Your text has {len(text):,} characters; the first {MAX_CHARACTERS:,} are counted. "
        text = text[:MAX_CHARACTERS]
    if not text:
        return render.message("Type or paste Hindi or Kannada above, or choose an example."), "", ""
    try:
        name = choose(text, choice)
        ours = our(name)
        ids = ours.encode_ordinary(text)
    except ValueError as error:
        return render.message(str(error)), "", ""
    rows: list[tuple[str, Measure]] = [(f"Ours ({NAMES[name]})", _count(ours, text, ids))]
    missing = {}
    others = {}
    for other in reversed(BASELINES):
        try:
            encoding = baseline(other)
        except BaselineError as error:
            missing[other] = str(error)
            continue
        others[other] = encoding, encoding.encode_ordinary(text)
        rows.append((LABELS[other], _count(encoding, text, others[other][1])))
    drawn = view(f"Ours: {NAMES[name]}, {ours.n_vocab:,} entries", ours, text, ids, name)
    second = ""
    if beside in others:
        encoding, their = others[beside]
        second = view(f"{LABELS[beside]}: {beside}, {encoding.n_vocab:,} entries", encoding, text, their, beside)
    if max([len(ids), *(len(i) for _, i in others.values())]) > render.DRAWN:
        note += f"Everything is counted; the first {render.DRAWN:,} tokens are drawn."
    return render.bars(rows, missing, note, ours.decode_bytes(ids) == text.encode()), drawn, second


def _count(encoding: Any, text: str, ids: list[int]) -> Measure:
    return Measure(tokens=len(ids), characters=len(text), bytes=len(text.encode()))


def draw_active(text: str, choice: str, active: str) -> list[Any]:
    """The tab that is open, drawn anew; the others stay as they are."""
    return [_drawn(tab, text, choice) if active == tab.TITLE else gr.skip() for tab in DRAWN_TABS]


def _drawn(tab: Any, text: str, choice: str) -> str:
    if not text:
        return render.message("Type or paste Hindi or Kannada above, or choose an example.")
    try:
        return str(tab.draw(text[:MAX_CHARACTERS], choice))
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


def boot(request: gr.Request) -> tuple[str, str]:
    """What the address asks for: `?text=…&tokenizer=…`."""
    asked = dict(request.query_params)
    choice = asked.get("tokenizer", "automatic")
    known = choice in available()
    return asked.get("text", EXAMPLES["हिन्दी"])[:MAX_CHARACTERS], choice if known else "automatic"


def _warm() -> None:
    for name in BASELINES:
        try:
            baseline(name)
        except BaselineError:
            continue  # the page says so where it would be shown


def build() -> gr.Blocks:
    """The page's components and events."""
    private: dict[str, Any] = {"api_visibility": "private", "queue": False, "show_progress": "hidden"}
    gr.set_static_paths([FONTS])  # the only folder that is served
    with gr.Blocks(title="Hindi and Kannada in fewer than 5,000 tokens", analytics_enabled=False) as demo:
        with gr.Row(elem_classes="top"):
            gr.HTML(
                "<h1>Hindi and Kannada in fewer than 5,000 tokens</h1>"
                "<p>A byte-level BPE made for Indic scripts. Type, and compare it with GPT’s tokenizers.</p>",
                min_width=300,
            )
            choice = gr.Dropdown(
                [("Ours: by script", "automatic"), *((f"Ours: {NAMES[name]}", name) for name in available())],
                value="automatic", label="Our tokenizer", elem_id="tokenizer", container=False, scale=0,
                min_width=165,
            )  # fmt: skip
            beside = gr.Dropdown(
                [(f"Beside: {LABELS[name]}", name) for name in reversed(BASELINES)],
                value="o200k_base", label="Beside", elem_id="beside", container=False, scale=0, min_width=150,
            )  # fmt: skip
        text = gr.Textbox(
            label="Your text", lines=2, max_lines=8, elem_id="text", container=False,
            placeholder="Type or paste Hindi or Kannada",
        )  # fmt: skip
        with gr.Row(elem_classes="examples"):
            roman_box.opener()
            buttons = {label: gr.Button(label, size="sm", min_width=60) for label in EXAMPLES}
        language = gr.Radio(["en", "hi", "kn"], value="en", visible=False)
        roman_box.build(text, language)
        active = gr.State("")
        drawn = {}
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Tokens") as first:
                counts = gr.HTML(elem_id="counts")
                with gr.Row():
                    with gr.Column(min_width=320):
                        ours = gr.HTML(elem_id="ours")
                    with gr.Column(min_width=320):
                        other = gr.HTML(elem_id="other")
                with gr.Row(elem_classes="examples"):
                    for label, script in SEND_ON.items():
                        gr.Button(label, size="sm", min_width=60).click(
                            None, [text, choice], None, js=script, **private
                        )
            opened = [(first, "")]
            for tab in DRAWN_TABS:
                with gr.Tab(tab.TITLE) as own:
                    drawn[tab.TITLE] = gr.HTML(elem_id=tab.__name__.split("_")[-1])
                    if tab is tab_lanes:
                        tab_lanes.build_more(text, choice, drawn[tab.TITLE], language)
                opened.append((own, tab.TITLE))
            for built in BUILT_TABS:
                with gr.Tab(built.TITLE) as own:
                    built.build(text, choice, *([language] if built is tab_merging else []))
                opened.append((own, ""))
        redraw: dict[str, Any] = {"inputs": [text, choice, active], "outputs": list(drawn.values())} | private
        for own, title in opened:
            own.select(lambda title=title: title, None, active, **private).then(draw_active, **redraw)
        gr.on([text.change, choice.change], draw_active, trigger_mode="always_last", **redraw)
        for label, button in buttons.items():
            button.click(None, None, text, js=f"() => {json.dumps(EXAMPLES[label])}", **private)
        gr.on(
            [text.change, choice.change, beside.change], show, [text, choice, beside], [counts, ours, other],
            trigger_mode="always_last", **private,
        )  # fmt: skip
        gr.on([text.change, choice.change], None, [text, choice], None, js=KEEP_ADDRESS, **private)
        demo.load(None, None, None, js=EMBED, **private)
        demo.load(boot, None, [text, choice], **private)
        inspector.build()
        gr.api(api.tokenize, api_name="tokenize", queue=False)  # type: ignore[attr-defined]
        gr.api(api.compare, api_name="compare", queue=False)  # type: ignore[attr-defined]
        gr.api(api.decode, api_name="decode", queue=False)  # type: ignore[attr-defined]
        gr.api(api.vocabulary, api_name="vocabulary", queue=False)  # type: ignore[attr-defined]
    Thread(target=_warm, daemon=True).start()
    return demo  # type: ignore[no-any-return]


def launch(demo: gr.Blocks) -> None:
    """Serve the page on `GRADIO_SERVER_PORT`, or 7860."""
    demo.launch(
        css=CSS, theme=gr.themes.Default(), ssr_mode=False, footer_links=["api", "gradio"], run_history=False,
        enable_monitoring=False, mcp_server=True, show_error=True,
    )  # fmt: skip

"""The page as a visitor meets it: a real process, a real browser."""

import csv
import json
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from space.choose import MAX_CHARACTERS
from space.lookup import search
from space.page import EXAMPLES, TITLE, show
from space.words import say
from tests.server import ROOT, running
from tokenizer import baseline, baselines, load

HINDI = "हिन्दी में क्षत्रिय"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        own = "/usr/bin/chromium" if Path("/usr/bin/chromium").is_file() else None
        browser = playwright.chromium.launch(
            executable_path=own, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.errors = []  # type: ignore[attr-defined]
        page.outside = []  # type: ignore[attr-defined]
        page.on("request", lambda request: page.outside.append(request.url))  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
        yield page


def test_typing_counts_what_the_library_counts(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#ours .tv")).to_be_visible()
    page.locator("#text textarea").fill(HINDI)
    tokens = len(load("hindi").encode_ordinary(HINDI))
    expect(page.locator("#counts .ours b").first).to_have_text(str(tokens))
    expect(page.locator("#ours .tv")).to_have_text(HINDI)
    expect(page.locator("#counts .check")).to_contain_text("byte for byte")
    assert page.errors == []  # type: ignore[attr-defined]


def test_the_address_fills_the_page(page: Page, address: str) -> None:
    page.goto(f"{address}?text={quote('ಕನ್ನಡ ಸ್ತ್ರೀ')}")
    expect(page.locator("#text textarea")).to_have_value("ಕನ್ನಡ ಸ್ತ್ರೀ")
    expect(page.locator("#counts .ours th")).to_contain_text("Kannada")


def test_markup_in_the_text_stays_text(page: Page, address: str) -> None:
    hostile = "<img src=x onerror=window.hit=1><script>window.hit=1</script>"
    page.goto(f"{address}?text={quote(hostile)}")
    expect(page.locator("#ours .tv")).to_have_text(re.compile("onerror"))
    assert page.evaluate("window.hit") is None
    assert page.locator("#ours img").count() == 0


def test_a_narrow_page_does_not_scroll_sideways(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(address)
    expect(page.locator("#ours .tv")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_each_example_is_one_click_and_nothing_leaves_the_host(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#ours .tv")).to_be_visible()
    for label, text in EXAMPLES.items():
        page.get_by_role("button", name=label, exact=True).click()
        expect(page.locator("#text textarea")).to_have_value(text)
        expect(page.locator("#ours .tv")).to_have_text(text)
        expect(page.locator("#other .tv")).to_have_text(text)
    assert page.errors == []  # type: ignore[attr-defined]
    outside = [
        url
        for url in page.outside  # type: ignore[attr-defined]
        if not url.startswith((address, "data:", "blob:"))
    ]
    assert outside == []


def test_kannada_typed_key_by_key_beside_gpt4(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#ours .tv")).to_be_visible()
    page.locator("#text textarea").fill("")
    expect(page.locator("#counts")).to_contain_text("Type or paste")
    page.locator("#text textarea").press_sequentially("ಕನ್ನಡ ಭಾಷೆ")
    expect(page.locator("#ours .tv")).to_have_text("ಕನ್ನಡ ಭಾಷೆ")
    page.locator("#beside input").click()
    page.get_by_role("option", name="Beside: GPT-4", exact=True).click()
    expect(page.locator("#other h2")).to_contain_text("cl100k_base")
    tokens = len(baseline("cl100k_base").encode_ordinary("ಕನ್ನಡ ಭಾಷೆ"))
    expect(page.locator("#counts tr", has_text="GPT-4").nth(1).locator("b").first).to_have_text(str(tokens))
    expect(page.locator("#other .chip")).to_have_count(tokens)


def test_the_first_screen_fits_a_small_frame(page: Page, address: str) -> None:
    for width, height, least in ((850, 520, 40), (1280, 800, 150)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address)
        expect(page.locator("#counts .check")).to_be_in_viewport()
        # Once the fonts have come.
        page.wait_for_function(
            "least => document.querySelector('#ours .tv').getBoundingClientRect().top + least < innerHeight",
            arg=least, timeout=3000,
        )  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_reachable_by_everyone(page: Page, address: str, theme: str) -> None:
    page.goto(f"{address}?__theme={theme}")
    expect(page.locator("#ours .tv")).to_be_visible()
    assert page.evaluate("document.body.classList.contains('dark')") == (theme == "dark")
    # Gradio's own footer is not ours to change.
    found = Axe().run(page, context={"exclude": [["footer"]]}).response["violations"]
    ours = [(violation["id"], node["html"][:200]) for violation in found for node in violation["nodes"]]
    assert ours == []


def test_what_is_over_the_limit_is_said() -> None:
    html = "".join(show("क" * (MAX_CHARACTERS + 5), "automatic", "gpt2"))
    assert f"{MAX_CHARACTERS + 5:,} characters" in html
    assert "the first 5,000 tokens are drawn" in html


def test_empty_text_and_surrogates_get_a_plain_message() -> None:
    assert "Type or paste" in show("", "automatic", "gpt2")[0]
    assert "Character 1 is an unpaired surrogate" in show("क\ud800", "automatic", "gpt2")[0]


def test_without_the_baselines_ours_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(baselines, "FOLDER", tmp_path)
    monkeypatch.setattr(baselines, "_loaded", {})
    counts, ours, other = show(HINDI, "automatic", "gpt2")
    assert counts.count("cannot be shown") == 3
    assert "Ours: Hindi" in counts
    assert "हिन्दी" in ours
    assert other == ""


# Each tab's name in the address, and something that is only there once it is drawn.
PARTS = {
    "lanes": "#lanes .word",
    "regex": "#regex .chip",
    "unicode": "#unicode td",
    "merging": "#merging .chip",
    "vocabulary": "#found td",
    "scoreboard": "#scoreboard .bar-row",
    "hub": "#hub .note",
}


@pytest.mark.parametrize(
    ("theme", "language"), [("light", "en"), ("dark", "en"), ("light", "kn"), ("dark", "hi")]
)
def test_every_tab_opens_and_is_reachable_by_everyone(
    page: Page, address: str, theme: str, language: str
) -> None:
    page.goto(f"{address}?__theme={theme}&lang={language}&text={quote('ज़ ನ್‌ಸ್ 12!')}")
    expect(page.locator("#ours .tv")).to_be_visible()
    for tab, part in PARTS.items():
        page.locator(f"#tab-{tab}-button").first.click()
        expect(page.locator(part).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        found = Axe().run(page, context={"exclude": [["footer"]]}).response["violations"]
        assert [(tab, v["id"], n["html"][:200]) for v in found for n in v["nodes"]] == []
    assert page.errors == []  # type: ignore[attr-defined]


def test_a_tab_follows_the_text_and_the_embed_is_bare(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#ours .tv")).to_be_visible()
    page.get_by_role("tab", name="Compare", exact=True).click()
    page.locator("#text textarea").fill("ಕನ್ನಡ")
    expect(page.locator("#lanes .word").nth(1)).to_contain_text("ಕನ್ನಡ")
    page.get_by_role("tab", name="Watch it merge", exact=True).click()
    page.locator("#merge-text input, #merge-text textarea").first.fill("भारत")
    expect(page.locator("#merging h2").first).to_have_text("Ours, tokens: 1")
    page.get_by_role("tab", name="Scoreboard", exact=True).click()
    page.get_by_role("button", name="Lossless", exact=True).click()
    expect(page.get_by_text("✓ passed")).to_be_visible()
    page.get_by_role("button", name="Run all checks").click()
    expect(page.get_by_text("✓ passed")).to_have_count(4)
    page.set_viewport_size({"width": 320, "height": 520})
    page.goto(f"{address}?embed=1")
    expect(page.locator("#ours .tv")).to_be_visible()
    expect(page.locator("h1")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_tokens_are_downloaded(page: Page, address: str) -> None:
    text = 'हिन्दी, "में"\n=1'
    page.goto(f"{address}?text={quote(text)}")
    expect(page.locator("#ours .tv")).to_have_text(text)
    ids = load("hindi").encode_ordinary(text)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download JSON").click()
    assert json.loads(Path(waiting.value.path()).read_text())["ids"] == ids
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").click()
    expect(page.locator("#said")).to_have_text("tokens.csv saved.")
    with Path(waiting.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["id"]) for row in rows] == ids
    assert "".join(row["token"] for row in rows) == text


def test_what_is_copied_is_said_and_can_be_opened(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}?lang=kn&text={quote(HINDI)}&tokenizer=hindi&beside=gpt2")
    expect(page.locator("#other h2")).to_contain_text("gpt2")
    page.get_by_role("button", name="ಲಿಂಕ್ ನಕಲಿಸಿ").click()
    expect(page.locator("#said")).to_have_text("ಲಿಂಕ್ ನಕಲಾಗಿದೆ.")
    asked = parse_qs(urlsplit(page.evaluate("navigator.clipboard.readText()")).query)
    assert asked == {"lang": ["kn"], "text": [HINDI], "tokenizer": ["hindi"], "beside": ["gpt2"]}
    page.get_by_role("button", name="ಐಡಿಗಳನ್ನು ನಕಲಿಸಿ").click()
    expect(page.locator("#said")).to_contain_text("ಐಡಿಗಳು ನಕಲಾಗಿವೆ")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert [int(id_) for id_ in copied.split()] == load("hindi").encode_ordinary(HINDI)
    page.get_by_role("button", name="ಎಂಬೆಡ್ ಕೋಡ್ ನಕಲಿಸಿ").click()
    expect(page.locator("#said")).to_have_text("ಎಂಬೆಡ್ ಕೋಡ್ ನಕಲಾಗಿದೆ.")
    snippet = page.evaluate("navigator.clipboard.readText()")
    page.set_content(f"<main>{snippet}</main>")
    frame = page.frame_locator("iframe")
    expect(frame.locator("#ours .tv")).to_have_text(HINDI)
    expect(frame.locator("h1")).to_be_hidden()
    page.goto(address)
    page.locator("#text textarea").fill("क" * 1300)
    expect(page.locator("#counts .ours b").first).not_to_have_text("20")
    page.get_by_role("button", name="ಲಿಂಕ್ ನಕಲಿಸಿ").click()  # the language was kept
    expect(page.locator("#said")).to_contain_text("1,200")


def test_without_leave_to_copy_there_is_a_box_to_copy_from(page: Page, address: str) -> None:
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.goto(f"{address}?text={quote(HINDI)}")
    expect(page.locator("#ours .tv")).to_have_text(HINDI)
    page.get_by_role("button", name="Copy ids").click()
    box = page.get_by_label("Text to copy")
    expect(box).to_be_focused()
    assert box.input_value().split() == [str(id_) for id_ in load("hindi").encode_ordinary(HINDI)]
    expect(page.locator("#said")).to_contain_text("does not allow copying here")


@pytest.mark.parametrize(("locale", "heard"), [("kn-IN", "kn"), ("hi", "hi"), ("fr-FR", "en")])
def test_the_page_speaks_the_browsers_language(
    browser: Browser, address: str, locale: str, heard: str
) -> None:
    page = browser.new_context(locale=locale).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/run/" in request.url else None)
    # Every title that was visible at any moment.
    page.add_init_script("""window.titles = new Set(); setInterval(() => {
      const title = document.querySelector('h1');
      if (title && title.checkVisibility({visibilityProperty: true})) titles.add(title.textContent);
    }, 5)""")
    page.goto(address)
    expect(page.locator("h1")).to_have_text(say(heard, TITLE))
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", heard)
    expect(page.locator("#ours h2")).to_contain_text(say(heard, "{name}, {n:,} entries", name="", n=4999)[2:])
    page.wait_for_timeout(500)
    assert page.evaluate("[...titles]") == [say(heard, TITLE)]
    assert len(asked) < 25  # and then it is quiet


def test_another_language_keeps_the_text_and_the_choices(page: Page, address: str) -> None:
    page.goto(f"{address}?tab=vocabulary&beside=gpt2")
    expect(page.locator("#found td").first).to_be_visible()
    page.locator("#text textarea").fill(HINDI)
    page.locator("#query input, #query textarea").first.fill("ಕನ್ನಡ")
    expect(page.locator("#found caption").first).to_contain_text("ಕನ್ನಡ")
    for name, tag in (("ಕನ್ನಡ", "kn"), ("हिन्दी", "hi"), ("English", "en")):
        page.locator("#language input").focus()
        page.keyboard.press("ArrowDown")
        page.get_by_role("option", name=name, exact=True).click()
        expect(page.locator("h1")).to_have_text(say(tag, TITLE))
        expect(page.locator("html")).to_have_attribute("lang", tag)
        expect(page.locator("#tab-scoreboard-button").first).to_have_text(say(tag, "Scoreboard"))
        expect(page.locator("#found caption").first).to_have_text(
            say(tag, "Is “{word}” one token?", word="ಕನ್ನಡ")
        )
        expect(page.locator("#beside input")).to_have_value(say(tag, "Beside: GPT-2"))
        expect(page.locator("#text textarea")).to_have_value(HINDI)
        expect(page.locator("#text textarea")).to_have_attribute(
            "placeholder", say(tag, "Type or paste Hindi or Kannada")
        )
        assert f"lang={tag}" in page.url
        assert "tab=vocabulary" in page.url
    assert page.errors == []  # type: ignore[attr-defined]


def test_each_tab_has_an_address_and_fits_a_small_telephone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for tab, part in PARTS.items():
        page.goto(f"{address}?tab={tab}&lang=kn&text={quote('ज़ 12')}")
        expect(page.locator(part).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, tab
        expect(page).to_have_url(re.compile(f"tab={tab}"))


def test_what_the_eye_does_not_see_is_told_while_typing(page: Page, address: str) -> None:
    page.goto(f"{address}?tab=unicode&text={quote('ज़')}")
    expect(page.locator("#unicode")).to_contain_text("nukta as a character of its own")
    page.locator("#text textarea").press_sequentially(" क्‍ष")
    expect(page.locator("#unicode")).to_contain_text("ZWJ (U+200D)")


def test_what_takes_long_is_seen_to_take_long(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    expect(page.locator("#counts .ours b").first).to_be_visible()
    page.wait_for_timeout(300)
    page.route("**/run/predict**", lambda route: (time.sleep(1.5), route.continue_()))
    page.evaluate("""() => { window.seen = []; const start = performance.now(); setInterval(() => {
      const now = performance.now() - start, waiting = document.querySelector('#counts .wrap');
      if (now < 1400) seen.push([now, Number(getComputedStyle(waiting).opacity)]);
    }, 50) }""")
    page.locator("#text textarea").fill("ह")
    expect(page.locator("#counts .ours b").first).to_have_text("1")
    seen = page.evaluate("seen")
    assert {opacity for at, opacity in seen if at < 400} == {0}  # no flicker at every key
    assert {opacity for at, opacity in seen if at > 900} == {1}


def test_in_a_frame_the_address_is_told_to_the_hub(page: Page, address: str) -> None:
    page.add_init_script(
        "if (parent !== window) parent.postMessage = (data, origin) => { if (data.queryString) parent.told = [data.queryString, origin] }"
    )
    page.goto(address + "manifest.json")
    page.set_content(
        f'<iframe src="{address}?lang=kn&text={quote("ಕನ್ನಡ")}" width="900" height="600"></iframe>'
    )
    expect(page.frame_locator("iframe").locator("#ours .tv")).to_have_text("ಕನ್ನಡ")
    page.wait_for_function("window.told && told[0].includes('beside')")
    query, origin = page.evaluate("told")
    assert origin == "https://huggingface.co"
    assert parse_qs(query) == {
        "lang": ["kn"], "text": ["ಕನ್ನಡ"], "tokenizer": ["automatic"], "beside": ["o200k_base"],
    }  # fmt: skip


def test_the_vocabulary_is_searched_with_the_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}?tab=vocabulary")
    query = page.locator("#query input, #query textarea").first
    query.fill("")
    query.press_sequentially("0xE0A4AD")
    expect(page.locator("#found tbody").last.locator("tr").first).to_contain_text("E0 A4 AD")
    query.fill("")
    page.get_by_label("starts with a mark").focus()
    page.keyboard.press("Space")
    found = len(search("hindi", "", "", ("starts with a mark",)))
    expect(page.locator("#found [role=status]")).to_contain_text(f"Entries found: {found:,}.")


@pytest.mark.parametrize("language", ["hi", "kn"])
def test_the_first_screen_fits_in_every_language(page: Page, address: str, language: str) -> None:
    for width, height, least in ((850, 520, 40), (1280, 800, 150)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{address}?lang={language}")
        expect(page.locator("#counts .check")).to_be_in_viewport()
        # Once the fonts have come.
        page.wait_for_function(
            "least => document.querySelector('#ours .tv').getBoundingClientRect().top + least < innerHeight",
            arg=least, timeout=3000,
        )  # fmt: skip
        counts, text = (page.locator(part).bounding_box() for part in ("#counts table", "#text"))
        assert counts is not None
        assert text is not None
        assert counts["x"] + counts["width"] <= text["x"] + text["width"], (width, height)


def test_the_fonts_come_with_the_page(address: str) -> None:
    style = urllib.request.urlopen(address).read().decode() + (ROOT / "space/page.css").read_text()
    total = 0
    for name in ("NotoSansDevanagari", "NotoSansKannada"):
        assert name in style
        with urllib.request.urlopen(f"{address}gradio_api/file={ROOT}/space/fonts/{name}.woff2") as answer:
            data = answer.read()
        assert data[:4] == b"wOF2"
        total += len(data)
    assert total + len((ROOT / "space/page.css").read_bytes()) < 500_000


def test_an_endless_address_is_answered(page: Page, address: str) -> None:
    page.goto(f"{address}?text={'%E0%A4%95' * 5000}&tokenizer={'x' * 5000}&embed=<script>")
    expect(page.locator("#counts .ours b").first).to_be_visible()
    assert page.errors == []  # type: ignore[attr-defined]
    try:
        with urllib.request.urlopen(f"{address}?text={'a' * 200_000}") as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    assert status in (200, 400, 414, 431)


def test_a_damaged_baseline_is_named_and_the_rest_is_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(baselines.FOLDER, tmp_path / "t")
    damaged = baselines._SOURCES["gpt2"].path.name
    (tmp_path / "t" / damaged).write_bytes(b"IQ== 0\n")
    monkeypatch.setattr(baselines, "FOLDER", tmp_path / "t")
    monkeypatch.setattr(baselines, "_loaded", {})
    counts, _, other = show(HINDI, "automatic", "o200k_base")
    assert "gpt2 cannot be shown: r50k_base.tiktoken is damaged" in counts
    assert "o200k_base" in other

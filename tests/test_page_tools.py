"""The inspector, the stepper, the price and typing in English letters, in a real browser with mouse and keys."""

import re
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from space.tab_merging import EXAMPLES
from tests.test_page import address, browser, page
from tokenizer import baseline, load

__all__ = ["address", "browser", "page"]  # fixtures

TEXT = "भाषाएँ बोलते हैं"
HOSTILE = "<img src=x onerror=window.hit=1> \"'><b>"


def opened(page: Page, address: str, text: str = TEXT, more: str = "") -> None:
    page.goto(f"{address}?text={quote(text)}{more}")
    expect(page.locator("#ours .tv")).to_have_text(text)


def clean(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, context={"exclude": [["footer"]]}).response["violations"]
    return [(violation["id"], node["html"][:200]) for violation in found for node in violation["nodes"]]


def test_pointing_at_a_token_tells_what_it_is_and_lights_it_in_both_views(page: Page, address: str) -> None:
    opened(page, address)
    id_ = load("hindi").encode_ordinary(TEXT)[0]
    page.locator("#ours .chip").first.hover()
    expect(page.locator(".peek")).to_contain_text(f"token 1 · id {id_}")
    expect(page.locator(".peek")).to_contain_text("DEVANAGARI LETTER BHA")
    expect(page.locator(".peek")).to_contain_text("words")
    expect(page.locator("#ours .tv .on")).to_have_count(1)
    page.locator("#other .tv .s").first.hover()
    expect(page.locator(".peek")).to_contain_text("which tokens 1 to 2 share")
    expect(page.locator("#other .chip.on")).to_have_count(2)
    expect(page.locator("#ours .on")).to_have_count(0)
    page.locator("h1").hover()
    expect(page.locator(".peek")).to_be_hidden()
    expect(page.locator(".on")).to_have_count(0)
    assert page.errors == []  # type: ignore[attr-defined]


def test_arrow_keys_walk_enter_opens_escape_closes_and_the_focus_returns(page: Page, address: str) -> None:
    opened(page, address)
    ids = load("hindi").encode_ordinary(TEXT)
    listing = page.locator("#ours .cv")
    page.locator("#ours .tv").focus()
    page.keyboard.press("Tab")
    expect(listing).to_be_focused()
    expect(page.locator(".peek")).to_contain_text(f"token 1 · id {ids[0]}")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".peek")).to_contain_text(f"token 2 · id {ids[1]}")
    assert listing.get_attribute("aria-activedescendant") == page.locator("#ours .chip").nth(1).get_attribute(
        "id"
    )
    page.keyboard.press("End")
    expect(page.locator(".peek")).to_contain_text(f"token {len(ids)} · id {ids[-1]}")
    page.keyboard.press("Escape")
    expect(page.locator(".peek")).to_be_hidden()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet")).to_be_visible()
    expect(page.locator(".sheet .tree .text").first).to_contain_text(f"{ids[0]:,}")
    expect(page.locator(".sheet .tree .byte")).to_have_count(
        len(load("hindi").decode_single_token_bytes(ids[0]))
    )
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_be_hidden()
    expect(listing).to_be_focused()
    # The text itself is walked in the same way.
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#ours .tv")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".peek")).to_contain_text("token 2")


def test_a_click_opens_the_tree_of_a_baselines_token_and_of_all_that_share_an_akshara(
    page: Page, address: str
) -> None:
    opened(page, address)
    page.locator("#other .chip").nth(1).click()
    expect(page.locator(".sheet .tree")).to_have_count(1)
    page.locator(".sheet summary").click()
    id_ = baseline("o200k_base").encode_ordinary(TEXT)[1]
    expect(page.locator(".sheet li").last).to_contain_text(f"rank {id_:,}")
    page.locator(".sheet button").click()
    expect(page.locator(".sheet")).to_be_hidden()
    page.locator("#other .tv .s").first.click()
    expect(page.locator(".sheet .tree")).to_have_count(2)
    page.mouse.click(5, 5)  # beside the sheet
    expect(page.locator(".sheet")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_glass_the_tree_and_the_letters_are_reachable_by_everyone(
    page: Page, address: str, theme: str
) -> None:
    opened(page, address, more=f"&__theme={theme}")
    page.locator("#roman-open").click()
    page.locator("#roman summary").click()
    page.locator("#other .tv .s").first.hover()
    expect(page.locator(".peek")).to_be_visible()
    assert clean(page) == []
    page.locator("#other .chip").nth(1).click()
    expect(page.locator(".sheet")).to_be_visible()
    page.locator(".sheet summary").click()
    assert clean(page) == []


def test_markup_stays_text_on_every_new_path(page: Page, address: str) -> None:
    opened(page, address, HOSTILE)
    for at in range(page.locator("#ours .chip").count()):
        page.locator("#ours .chip").nth(at).hover()
        page.locator("#ours .chip").nth(at).click()
        expect(page.locator(".sheet")).to_be_visible()
        page.keyboard.press("Escape")
    page.locator("#roman-open").click()
    page.locator("#roman-typed textarea, #roman-typed input").first.fill(HOSTILE)
    expect(page.locator(".typed")).to_contain_text("<")
    page.get_by_role("tab", name="Watch it merge", exact=True).click()
    page.locator("#merge-text textarea, #merge-text input").first.fill(HOSTILE)
    expect(page.locator("#merging .cv").first).to_contain_text("<")
    page.locator("#merging [data-do=back]").click()
    page.get_by_role("tab", name="Compare", exact=True).click()
    expect(page.locator("#lanes .word").nth(1)).to_contain_text("<img")
    assert page.evaluate("window.hit") is None
    assert page.locator(".peek img, .sheet img, #roman img, #merging img, #lanes img").count() == 0
    assert page.errors == []  # type: ignore[attr-defined]


def test_one_merge_at_a_time_forth_and_back(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_role("tab", name="Watch it merge", exact=True).click()
    ours = page.locator("#merging section").first
    own = "हिन्दी में क्षत्रिय"
    tokens = len(load("hindi").encode_ordinary(own))
    expect(ours.locator(".chip")).to_have_count(tokens)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="To the bytes").click()
    expect(ours.locator(".chip")).to_have_count(len(own.encode()))
    expect(ours.locator(".said")).to_have_text("The bytes: nothing is merged yet.")
    page.get_by_role("button", name="One merge on").click()
    expect(ours.locator(".chip")).to_have_count(len(own.encode()) - 1)
    expect(ours.locator(".said")).to_have_text(
        re.compile(r"Merge 1 of \d+: E0 \+ A4 → E0 A4, rank 256, characters")
    )
    expect(ours.locator(".chip.new")).to_have_text("E0 A4256")
    slider = page.get_by_role("slider", name="Merges made")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(ours.locator(".said")).to_contain_text("Merge 2 of")
    page.keyboard.press("End")
    expect(ours.locator(".chip")).to_have_count(tokens)
    expect(ours.locator("h2")).to_have_text(f"Ours, tokens: {tokens}")
    page.get_by_role("button", name="One merge back").click()
    expect(ours.locator(".chip")).to_have_count(tokens + 1)
    assert asked == []  # all steps came with the text


def test_play_goes_from_bytes_to_tokens_by_itself_and_can_be_stopped(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_role("tab", name="Watch it merge", exact=True).click()
    page.locator("#merge-text textarea, #merge-text input").first.fill("भा")
    ours = page.locator("#merging section").first
    expect(ours.locator(".chip")).to_have_count(1)
    page.get_by_role("button", name="Play").click()
    expect(ours.locator(".chip")).to_have_count(6)
    expect(ours.locator(".chip")).to_have_count(1, timeout=10_000)
    expect(page.locator("#merging .playing")).to_have_count(0, timeout=10_000)
    page.get_by_role("button", name="Play").click()
    expect(ours.locator(".chip")).to_have_count(5)
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1200)
    expect(ours.locator(".chip")).to_have_count(5)


def test_every_case_of_the_lecture_is_one_click(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_role("tab", name="Watch it merge", exact=True).click()
    panel = page.locator("[role=tabpanel]:visible")
    for label, text in EXAMPLES.items():
        panel.get_by_role("button", name=label, exact=True).click()
        expect(page.locator("#merge-text textarea, #merge-text input").first).to_have_value(text)
        gpt2 = baseline("gpt2").encode_ordinary(text)
        expect(page.locator("#merging section").nth(1).locator(".chip")).to_have_count(len(gpt2))
    page.locator("#merging .chip").first.hover()
    expect(page.locator(".peek")).to_contain_text("token 1")
    assert page.errors == []  # type: ignore[attr-defined]


def test_the_visitors_price_changes_the_table_and_same_words_are_left_out(page: Page, address: str) -> None:
    text = "भारत एक विशाल देश"
    opened(page, address, text)
    page.get_by_role("tab", name="Compare", exact=True).click()
    tokens = len(load("hindi").encode_ordinary(text))
    ours = page.locator("#estimate tr", has_text="Ours")
    expect(ours).to_contain_text(f"${2.5 * tokens / 4:,.2f}")
    page.locator("#price input").fill("10")
    expect(ours).to_contain_text(f"${10 * tokens / 4:,.2f}")
    page.locator("#window input").fill("1000")
    expect(ours).to_contain_text(f"{round(1000 * 4 / tokens):,}")
    page.locator("#price input").fill("-3")
    expect(page.locator("#estimate")).to_contain_text("above zero")
    words = page.locator("#lanes .word:not(.heads)")
    expect(words).to_have_count(4)
    page.locator("#text textarea").fill("a भाषाएँ")
    expect(words).to_have_count(2)
    page.get_by_label("only words that ours and GPT-4o cut differently").check()
    expect(words.first).to_be_hidden()
    expect(words.last).to_be_visible()
    page.locator("#text textarea").fill("a भाषाएँ b")
    expect(words).to_have_count(3)
    expect(words.first).to_be_hidden()  # the choice outlives the text


def test_english_letters_become_the_text(page: Page, address: str) -> None:
    opened(page, address, "एक")
    field = page.locator("#roman-typed textarea, #roman-typed input").first
    expect(field).to_be_hidden()
    page.locator("#roman-open").focus()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(page.locator("#roman-open")).to_have_attribute("aria-expanded", "true")
    field.press_sequentially("mera naam bharat", delay=15)
    expect(page.locator(".typed")).to_have_text("मेरा नाम भारत")
    page.keyboard.press("Enter")
    expect(page.locator("#text textarea")).to_have_value("एक मेरा नाम भारत")
    expect(page.locator("#ours .tv")).to_have_text("एक मेरा नाम भारत")
    expect(field).to_have_value("")
    page.get_by_role("radio", name="Kannada").check()
    field.press_sequentially("kannada", delay=15)
    expect(page.locator(".typed")).to_have_text("ಕನ್ನಡ")
    page.get_by_role("button", name="Add to the text").click()
    expect(page.locator("#text textarea")).to_have_value("एक मेरा नाम भारत ಕನ್ನಡ")
    page.locator("#roman-open").click()
    expect(field).to_be_hidden()
    assert page.errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [320, 375, 768])
def test_nothing_is_wider_than_a_narrow_page(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    opened(page, address, "ಕರ್ನಾಟಕದಲ್ಲಿಅಧಿಕೃತಭಾಷೆಯಾಗಿದೆ " + TEXT)
    page.locator("#roman-open").click()
    page.locator("#ours .chip").first.click()
    expect(page.locator(".sheet")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator(".sheet").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.keyboard.press("Escape")
    for tab in ("Compare", "Watch it merge"):
        if not page.get_by_role("tab", name=tab, exact=True).is_visible():
            page.locator(".overflow-menu button").first.click()
            page.locator(".overflow-dropdown").get_by_text(tab).click()
        else:
            page.get_by_role("tab", name=tab, exact=True).click()
        expect(page.locator("#lanes .word, #merging .chip").locator("visible=true").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_in_a_tall_frame_the_sheet_opens_where_the_token_is(page: Page, address: str) -> None:
    page.set_content(
        f'<iframe src="{address}?text={quote(TEXT)}" style="width: 800px; height: 3000px"></iframe>'
    )
    frame = page.frame_locator("iframe")
    frame.locator("#ours .chip").first.click()
    expect(frame.locator(".sheet")).to_be_visible()
    expect(frame.locator(".sheet")).to_be_in_viewport()
    box = frame.locator(".sheet").bounding_box()
    assert box is not None
    assert box["y"] < 500


@pytest.mark.parametrize("language", ["en", "hi", "kn"])
def test_the_counts_fit_at_every_width_in_every_language(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}?lang={language}&text={quote('हिन्दी ಕನ್ನಡ नमस्ते ಬೆಂಗಳೂರು')}")
    expect(page.locator("#counts .bar").first).to_be_visible()
    for width in (320, 640, 700, 768, 850, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        measured = """(() => {
          const counts = document.querySelector('#counts .counts');
          const bar = counts.querySelector('.bar').getBoundingClientRect().width;
          return [counts.querySelector('table').scrollWidth - counts.clientWidth, bar];
        })()"""
        over, bar = page.evaluate(measured)
        assert over <= 0, width
        assert bar > 70, width

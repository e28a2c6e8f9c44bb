"""The other tabs: what they say, without a browser; and each opened in one."""

import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from space import (
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
from space.lookup import entries, search
from space.page import DRAWN_TABS, draw_active, show
from tests.hard_strings import hard_strings
from tokenizer import baseline, load
from tokenizer.hub import HubTokenizer

HOSTILE = "<img src=x onerror=alert(1)> \"'><script>alert(1)</script> हिन्दी & ಕನ್ನಡ"
ALLOWED = {
    "table", "tbody", "thead", "tr", "th", "td", "caption", "p", "b", "i", "span", "div", "section", "h2", "h3", "small", "code",
    "details", "summary", "label", "input", "br", "svg", "polyline", "text", "line", "circle", "ul", "ol", "li", "form", "button",
}  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.text = ""
        self.data: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.data += [value for name, value in attrs if name == "data-steps" and value]
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)
        if tag not in ("input", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert tags.names <= ALLOWED
    return tags


@pytest.mark.parametrize("text", [HOSTILE, *hard_strings(40)])
def test_a_text_never_becomes_markup(text: str) -> None:
    for html in show(text, "automatic", "gpt2"):
        parsed(html)
    if text:
        steps = parsed(tab_merging.draw(text, "automatic", "gpt2")).data
        for data in map(json.loads, steps):
            for html in [*data["start"], *(part for step in data["steps"] for part in step[1:])]:
                parsed(html)
        for tab in DRAWN_TABS:
            parsed(tab.draw(text, "automatic"))
        parsed(tab_lanes.estimate(text, "automatic", 2.5, 128_000))
        parsed(roman_box.preview(text, "kannada"))
        parsed(tab_vocabulary.draw("hindi", text, "", []))


def test_only_the_open_tab_is_drawn() -> None:
    drawn = draw_active("हिन्दी", "automatic", "en", "regex")
    assert [isinstance(one, str) for one in drawn] == [False, True, False]
    assert "unpaired surrogate" in draw_active("\ud800", "automatic", "en", "lanes")[0]


def test_the_lanes_hold_the_whole_text_four_times() -> None:
    text = "भारत एक विशाल देश है।"
    html = tab_lanes.draw(text, "automatic")
    words = html.split('<div class="lanes"')[1].split("</div></div>")[0]
    letters = re.sub(r"<small>.*?</small>|<[^>]+>", "", words.split("</div>", 1)[1])
    assert sorted(letters) == sorted(text * 4)
    ratio = len(baseline("gpt2").encode_ordinary(text)) / len(load("hindi").encode_ordinary(text))
    assert f"GPT-2 needs <b>{ratio:.1f} ×</b>" in html


def test_a_word_is_the_same_where_ours_and_gpt4o_cut_it_alike() -> None:
    words = tab_lanes.draw("a भाषाएँ भारत", "hindi").split('<div class="word')[2:]
    assert [word.startswith(" same") for word in words] == [True, False, True]


def test_the_price_and_the_window_are_the_visitors() -> None:
    text = "भारत एक विशाल देश है।"
    tokens = len(load("hindi").encode_ordinary(text))
    html = tab_lanes.estimate(text, "automatic", 7, 1000)
    assert (
        f"<td>{tokens / 5:.2f}</td><td>{round(1000 * 5 / tokens):,}</td><td>${7 * tokens / 5:,.2f}</td>"
        in html
    )
    for price, window in ((None, 1), (1, None), (0, 1), (-1, 1), (float("nan"), 1), (1, float("inf"))):
        assert "above zero" in tab_lanes.estimate(text, "automatic", price, window)
    assert "above zero" in tab_lanes.estimate(" ", "automatic", 1, 1)
    assert "surrogate" in tab_lanes.estimate("a\ud800", "automatic", 1, 1)


@pytest.mark.parametrize("text", ["हिन्दी में क्षत्रिय", "ಕನ್ನಡ ಸ್ತ್ರೀ", "Hello 123", " ", "for i in x:\n    y"])
def test_the_steps_in_the_page_lead_from_bytes_to_the_encoders_tokens(text: str) -> None:
    html = tab_merging.draw(text, "hindi", "gpt2")
    data = [json.loads(own) for own in parsed(html).data]
    for lane, encoding in zip(data, (load("hindi"), baseline("gpt2")), strict=True):
        chips = list(lane["start"])
        assert len(chips) == len(text.encode())
        for at, chip, told in lane["steps"]:
            chips[at : at + 2] = [chip]
            assert f"rank {int(re.findall('<small>(.*?)</small>', chip)[0]):,}" in told
        assert [
            int(re.findall("<small>(.*?)</small>", chip)[0]) for chip in chips
        ] == encoding.encode_ordinary(text)
        assert f">{''.join(chips)}</div></section>" in html  # what is drawn before any script runs


def test_tokens_that_share_an_akshara_hang_together() -> None:
    made = render.chips([1, 2, 3, 4], ["क".encode(), "ि".encode(), b" ", "ಕ".encode()[:2] + b"x"])
    assert " j" not in made  # no text, so no aksharas
    made = render.chips(
        [1, 2, 3, 4, 5], ["क".encode(), "ि".encode(), b" ", "ಕ".encode()[:2], "ಕ".encode()[2:]]
    )
    assert [" j" in chip for chip in made.split('<span class="chip')[1:]] == [False, True, False, False, True]


def test_other_ways_to_cut_are_counted() -> None:
    shown = parsed(tab_merging.draw("हिन्दी में", "automatic", "gpt2")).text
    for name, count in (("bytes", 28), ("characters", 10), ("aksharas", 4), ("words", 2)):
        assert f"{name}{count}" in shown


def test_every_piece_was_caught_by_a_part_of_the_pattern() -> None:
    for text in hard_strings(300):
        assert sorted("".join(piece for own in tab_regex.caught(text).values() for piece in own)) == sorted(
            text
        )


def test_the_vocabulary_is_all_there() -> None:
    enc = load("hindi")
    assert len(entries("hindi")) == enc.n_vocab
    assert [entry.id for entry in entries("hindi")] == list(range(enc.n_vocab))
    assert {e.stratum for e in search("hindi", "", "phrases")} == {"phrases"}
    assert all(" " in (e.text or "").strip() for e in search("hindi", "", "", ("contains a space",)))
    assert search("hindi", "", "words", ("starts with a mark",)) == []
    assert "one token, rank" in tab_vocabulary.everywhere("भारत")


def test_the_scoreboard_shows_the_recorded_figures() -> None:
    html = tab_scoreboard.draw()
    for row in tab_scoreboard.results()["rows"]:
        if row["set"] == "flores200_devtest":
            assert f"{row['characters_per_token']:.3f}" in html
    parsed(html)


@pytest.mark.parametrize("check", tab_scoreboard.CHECKS.values())
def test_the_reviewers_checks_pass_on_real_text(check) -> None:
    assert "✓ passed" in check("हिन्दी में क्षत्रिय ಕನ್ನಡ ಸ್ತ್ರೀ")


def test_the_checks_can_fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert tab_regex.torn(r"\p{L}+|.", "हिन्दी") == 2
    monkeypatch.setattr(tab_scoreboard, "LIMIT", 4_999)
    assert "✗ failed" in tab_scoreboard.check_size("")
    shutil.copytree(tab_scoreboard.HERE / "samples", tmp_path / "samples")
    (tmp_path / "samples" / "hindi.txt").write_text("another text\n", encoding="utf-8")
    monkeypatch.setattr(tab_scoreboard, "HERE", tmp_path)
    assert "✗ failed" in tab_scoreboard.check_ratio("")


def test_the_ratio_is_counted_now_and_stands_beside_the_recorded_one() -> None:
    said = tab_scoreboard.check_ratio("")
    for row in tab_scoreboard.results()["rows"]:
        if row["set"] == "flores200_devtest" and row["encoding"] == row["language"]:
            assert f"{row['characters_per_token']:.3f}" in said
    for name in ("hindi", "kannada"):
        lines = (tab_scoreboard.HERE / "samples" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        tokens = sum(len(load(name).encode_ordinary(line)) for line in lines)
        assert f"{sum(map(len, lines)) / tokens:.2f}" in said


def test_each_set_is_drawn_with_its_baselines_and_its_source() -> None:
    for name in tab_scoreboard.SETS:
        html = tab_scoreboard.draw(name)
        rows = [row for row in tab_scoreboard.results()["rows"] if row["set"] == name]
        points = [row for row in rows if row["kind"] in ("ours", "published")]
        assert html.count("<circle") == len(points)
        assert {row["sha256"] for row in rows} == set(re.findall(r"[0-9a-f]{64}", html))
        for row in rows:
            assert f"{row['characters_per_token']:.3f}" in html
        parsed(html)


def test_names_in_a_plot_do_not_lie_on_one_another() -> None:
    rows = [row for row in tab_scoreboard.results()["rows"] if row["set"] == "flores200_devtest"]
    for language in tab_scoreboard.LANGUAGES:
        own = sorted((r for r in rows if r["language"] == language), key=lambda r: -r["characters_per_token"])
        heights = [
            float(y)
            for y in re.findall(
                r'class="name[^"]*" x="\d+" y="([\d.]+)"', tab_scoreboard._plot(own, [], "", "en")
            )
        ]
        assert min(b - a for a, b in pairwise(heights)) >= 12.9
        assert max(heights) <= tab_scoreboard.BOTTOM + 9


def test_unicode_finds_what_the_eye_does_not() -> None:
    text = "ज़ \u095b क्\u200dष ನಾನ್\u200cಸ್ಟಿಕ್ ಕೆ\u0cd5 ಕನ್ನಡ। दु:ख है| है. \u00a0\u200b\x07"
    found = {name: other for name, _, other in tab_unicode.report(text)}
    assert len(found) >= 12
    assert "\u0cc7" in found["Kannada vowel signs in two parts"]
    assert found["danda in Kannada text"].count("।") == 0
    assert "है।" in found["vertical bar for a danda"]
    assert found["nukta as a character of its own"].count("\u095b") == 2
    assert found["letters with the nukta built in"].count("\u093c") == 2
    assert tab_unicode.report("हिन्दी") == []


def test_unicode_says_what_the_other_form_costs() -> None:
    encoding = load("hindi")
    typed, composed = (len(encoding.encode_ordinary(form)) for form in ("ज़मीन", "\u095bमीन"))
    assert f"{typed} → {composed}" in tab_unicode.draw("ज़मीन", "hindi")


def test_the_vocabulary_is_found_by_what_the_table_shows() -> None:
    entry = next(e for e in entries("kannada") if e.text == " ಕನ್ನಡ")
    for query in (str(entry.id), "0x" + entry.token.hex(), entry.token.hex(" ").upper(), " ಕನ್ನಡ"):
        assert search("kannada", query)[0] == entry
    assert "Entries found: 0." in tab_vocabulary.draw("hindi", "no such entry", "", [])


def test_another_tokenizer_is_drawn_beside_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers

    letters = {letter: at for at, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    made = Tokenizer(models.BPE(vocab=letters, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    monkeypatch.setattr(tab_hub, "foreign", lambda name: HubTokenizer(name, made.to_str()))
    tab_hub._fetched.cache_clear()
    html = tab_hub.draw("owner/any", "हिन्दी <b>", "automatic")
    assert f"<b>{len('हिन्दी <b>'.encode())}</b> tokens" in html
    parsed(html)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "http://127.0.0.1/x", "a", "owner/any/more", "<script>"]
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    tab_hub._fetched.cache_clear()
    html = tab_hub.draw(name, "हिन्दी", "automatic")
    assert 'role="status"' in html
    parsed(html)

"""The shaped text in a second engine: colours must not pull letters apart, nor bring out dotted circles."""

import json
from collections.abc import Iterator

import pytest

from space.render import reading
from tests.firefox import Firefox, firefox
from tests.server import running
from tokenizer import baseline, load
from tokenizer.baselines import BASELINES

WORDS = ["हिन्दी", "क्षत्रिय", "ज़िंदगी", "श्री", "ಸ್ತ್ರೀ", "ಕ್ಷ", "ರ‍್ಯ", "राष्ट्र", "ಸ್ವಾತಂತ್ರ್ಯ", "को", "ಕೊ"]
TEXT = "\n".join(WORDS)

# The width of each word as it stands in the view, and of the same word in one piece in the same view.
MEASURE = """(async () => {
  const words = WORDS, text = words.join('\\n');
  while (!document.querySelector('#ours .tv')) await new Promise((go) => setTimeout(go, 50));
  const own = document.querySelector('#ours');
  await document.fonts.ready;
  const width = (view, from, to) => {
    const range = document.createRange(), walk = document.createTreeWalker(view, NodeFilter.SHOW_TEXT);
    for (let at = 0, node; (node = walk.nextNode()); at += node.length) {
      if (at <= from && from < at + node.length) range.setStart(node, from - at);
      if (at < to && to <= at + node.length) range.setEnd(node, to - at);
    }
    return range.getBoundingClientRect().width;
  };
  const found = [];
  for (const html of VIEWS) {
    own.innerHTML = html;
    const view = own.querySelector('.tv');
    const plain = view.cloneNode(false);
    plain.textContent = text;
    view.after(plain);
    await document.fonts.ready;
    let at = 0;
    found.push(words.map((word) => {
      const both = [width(view, at, at + word.length), width(plain, at, at + word.length)];
      at += word.length + 1;
      return both;
    }));
  }
  return JSON.stringify(found);
})()"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Firefox]:
    with running() as address, firefox() as browser:
        browser.go(address)
        yield browser


def widths(browser: Firefox, views: list[str]) -> list[list[list[float]]]:
    script = MEASURE.replace("WORDS", json.dumps(WORDS)).replace("VIEWS", json.dumps(views))
    found: list[list[list[float]]] = browser.evaluate(script)
    return found


def test_words_in_colour_are_as_wide_as_in_one_piece(browser: Firefox) -> None:
    names = ("hindi", "kannada", "hindi-kannada", *BASELINES)
    views = []
    for name in names:
        encoding = baseline(name) if name in BASELINES else load(name)
        tokens = [encoding.decode_single_token_bytes(id_) for id_ in encoding.encode_ordinary(TEXT)]
        views.append(reading(name, TEXT, tokens, name))
    for name, found in zip(names, widths(browser, views), strict=True):
        for word, (coloured, plain) in zip(WORDS, found, strict=True):
            assert plain > 5
            assert abs(coloured - plain) < 0.5, (name, word, coloured, plain)


def test_a_run_cut_inside_an_akshara_would_be_seen(browser: Firefox) -> None:
    cut = "".join(f'<span class="t" style="padding:0 .01px">{c}</span>' for c in TEXT)
    found = widths(browser, [f'<div class="tv">{cut}</div>'])[0]
    assert all(coloured - plain > 3 for coloured, plain in found)

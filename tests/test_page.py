"""The page as a visitor meets it: a real process, a real browser."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tokenizer import load

ROOT = Path(__file__).resolve().parent.parent
HINDI = "हिन्दी में क्षत्रिय"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = os.environ | {"GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False"}
    with subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=variables) as server:
        url = f"http://127.0.0.1:{port}/"
        for _ in range(240):
            try:
                urllib.request.urlopen(url, timeout=5)
                break
            except OSError:
                time.sleep(0.25)
        yield url
        server.terminate()


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        own = "/usr/bin/chromium" if Path("/usr/bin/chromium").is_file() else None
        browser = playwright.chromium.launch(
            executable_path=own, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.errors = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
        yield page
        browser.close()


def test_typing_counts_what_the_library_counts(page: Page, address: str) -> None:
    page.goto(address)
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

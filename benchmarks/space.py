"""The page: server time under load, from key to drawn tokens, start-up, memory: benchmarks/results/space.json."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.load import memory, percentile, post
from benchmarks.speed import machine
from tests.server import ROOT, running

RESULT = Path(__file__).resolve().parent / "results" / "space.json"
TEXT = ("भारत एक विशाल देश है। यहाँ के लोग कई भाषाएँ बोलते हैं। " * 30)[:1000]

EMPTY = """
import gradio as gr
with gr.Blocks() as demo:
    gr.Textbox()
demo.launch(ssr_mode=False)
"""


def server_times(url: str, clients: int, each: int = 60) -> list[float]:
    """Seconds of each request of so many clients at once."""

    def client(_: int) -> list[float]:
        times = []
        for _ in range(each):
            start = time.perf_counter()
            post(url, "tokenize", [TEXT, "hindi"])
            times.append(time.perf_counter() - start)
        return times

    with ThreadPoolExecutor(clients) as pool:
        return [t for times in pool.map(client, range(clients)) for t in times]


def starting(command: list[str]) -> float:
    """Seconds from the start of a process to its first HTTP 200."""
    port = 7000 + os.getpid() % 900
    env = os.environ | {"GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False"}
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as process:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                break
            except OSError:
                time.sleep(0.02)
        taken = time.perf_counter() - start
        process.terminate()
    return taken


# Presses a key and waits until the tokens of the new text are drawn.
KEY = """async (text) => {
  const box = document.querySelector('#text textarea');
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set;
  const start = performance.now();
  set.call(box, text); box.dispatchEvent(new Event('input', {bubbles: true}));
  while (document.querySelector('#ours .tv')?.textContent !== text) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


def in_browser(url: str) -> dict[str, float]:
    """Milliseconds from a key to drawn tokens, and for a text of 5,000 tokens."""
    own = "/usr/bin/chromium" if Path("/usr/bin/chromium").is_file() else None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=own, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(url)
        page.wait_for_selector("#ours .tv")
        times = [page.evaluate(KEY, TEXT[: 60 + at]) for at in range(40)]
        start = time.perf_counter()
        page.evaluate(
            "(text) => { const box = document.querySelector('#text textarea');"
            "Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(box, text);"
            "box.dispatchEvent(new Event('input', {bubbles: true})); }",
            TEXT * 22,
        )
        page.wait_for_function("document.querySelectorAll('#ours .chip').length > 4000", timeout=60_000)
        large = time.perf_counter() - start
        browser.close()
    return {"key": sorted(times)[int(0.95 * len(times))], "large": 1000 * large}


def main() -> None:
    rows: list[dict[str, Any]] = []
    with running() as url:
        server_times(url, 1, 20)
        started = memory(url)
        for clients in (1, 8, 32):
            times = server_times(url, clients)
            rows.append(
                {
                    "what": f"server, 1,000 characters, {clients} clients: p95, ms",
                    "figure": percentile(times, 0.95),
                }
            )
        drawn = in_browser(url)
        rows.append({"what": "from key to drawn tokens: p95, ms", "figure": round(drawn["key"], 1)})
        rows.append({"what": "text of more than 4,000 tokens drawn, ms", "figure": round(drawn["large"])})
        rows.append({"what": "memory at start, MB", "figure": started})
        rows.append({"what": "memory after all, MB", "figure": memory(url)})
    ours, empty = [], []
    for _ in range(3):
        ours.append(starting([sys.executable, "app.py"]))
        empty.append(starting([sys.executable, "-c", EMPTY]))
    rows.append({"what": "start to first HTTP 200, s", "figure": round(sorted(ours)[1], 2)})
    rows.append({"what": "the same of an empty gradio page, s", "figure": round(sorted(empty)[1], 2)})
    rows.append({"what": "ratio of the two", "figure": round(sorted(ours)[1] / sorted(empty)[1], 2)})
    RESULT.write_text(
        json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()

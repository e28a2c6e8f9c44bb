"""32 visitors at once for two minutes: every answer is checked. `python -m benchmarks.load [--seconds 120]`."""

import argparse
import json
import random
import statistics
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil

from benchmarks.reliability import record
from space.choose import MAX_CHARACTERS
from tests.hard_strings import ALPHABET
from tests.server import running
from tokenizer import load

VISITORS = 32
SIZES = (10, 100, 1_000, 1_000, 5_000)  # characters; one text in 200 is as large as is allowed


def post(url: str, name: str, data: list[object]) -> tuple[int, str]:
    """The status and the body of one API call."""
    body = json.dumps({"data": data}).encode()
    request = urllib.request.Request(
        f"{url}gradio_api/run/{name}", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def texts() -> list[tuple[str, list[int]]]:
    """Texts of every size with their right answers."""
    chance = random.Random(5)
    enc = load("hindi")
    words = [t.decode() for t in enc.mergeable_ranks if len(t) > 6] + ALPHABET
    found = []
    for at in range(200):
        size = MAX_CHARACTERS if at == 0 else chance.choice(SIZES)
        text = ""
        while len(text) < size:
            text += "".join(chance.choices(words, k=200))
        found.append((text[:size], enc.encode_ordinary(text[:size])))
    return found


def percentile(times: list[float], share: float) -> float:
    """Milliseconds."""
    return round(1000 * sorted(times)[min(len(times) - 1, int(share * len(times)))], 1)


def memory(url: str) -> float:
    """MB of the server, found by its port."""
    port = int(url.rstrip("/").rsplit(":", 1)[1])
    for child in psutil.Process().children(recursive=True):
        if any(c.laddr.port == port for c in child.net_connections() if c.status == "LISTEN"):
            return round(child.memory_info().rss / 1e6, 1)
    raise RuntimeError("the server is not there")


def visitor(
    url: str, seed: int, known: list[tuple[str, list[int]]], end: float, out: list[tuple[float, bool]]
) -> None:
    """Ask until the time is over; note how long each answer took and whether it was right."""
    chance = random.Random(seed)
    while time.monotonic() < end:
        text, ids = chance.choice(known)
        start = time.perf_counter()
        status, body = post(url, "tokenize", [text, "hindi"])
        took = time.perf_counter() - start
        out.append((took, status == 200 and json.loads(body)["data"][0]["ids"] == ids))


def small(url: str, number: int) -> float:
    """p95 of a visitor with 1,000 characters."""
    text = "भारत एक विशाल देश है। " * 45
    times = []
    for _ in range(number):
        start = time.perf_counter()
        post(url, "tokenize", [text, "hindi"])
        times.append(time.perf_counter() - start)
    return percentile(times, 0.95)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    asked = parser.parse_args()
    known = texts()
    with running() as url:
        small(url, 20)
        before = memory(url)
        results: list[tuple[float, bool]] = []
        end = time.monotonic() + asked.seconds
        half = 0.0
        with ThreadPoolExecutor(VISITORS) as pool:
            for seed in range(VISITORS):
                pool.submit(visitor, url, seed, known, end, results)
            time.sleep(asked.seconds / 2)
            half = memory(url)
        after = memory(url)
        alone = small(url, 60)
        stop = threading.Event()

        def greedy() -> None:
            while not stop.is_set():
                post(url, "tokenize", [known[0][0], "hindi"])

        thread = threading.Thread(target=greedy)
        thread.start()
        beside = small(url, 60)
        stop.set()
        thread.join()
        start = time.perf_counter()
        status, body = post(url, "tokenize", ["क" * (MAX_CHARACTERS * 10), "hindi"])
        refusal = round(1000 * (time.perf_counter() - start), 1)
        if status == 200 or "at most" not in body:
            raise SystemExit("what is over the limit was not refused")
    times = [took for took, _ in results]
    wrong = sum(not right for _, right in results)
    record(
        "make load",
        {
            f"requests of {VISITORS} visitors at once in {asked.seconds:.0f} s": len(results),
            "wrong answers or errors": wrong,
            "p50, ms": round(1000 * statistics.median(times), 1),
            "p95, ms": percentile(times, 0.95),
            "p99, ms": percentile(times, 0.99),
            "server memory before, MB": before,
            "server memory after one half, MB": half,
            "server memory after all, MB": after,
            "p95 of 1,000 characters alone, ms": alone,
            "p95 of 1,000 characters beside a visitor who keeps sending the largest text, ms": beside,
            "refusal of ten times the limit, ms": refusal,
        },
    )
    if wrong:
        raise SystemExit(f"{wrong} wrong answers")


if __name__ == "__main__":
    main()

"""Counting in parts, in processes, on a cluster, and after being stopped: always what one process counts at once."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import islice

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hard_strings import ALPHABET, hard_strings
from tests.test_training import WORDS
from tokenizer import corpus, counting
from tokenizer.corpus import Shard, documents, rows, shards
from tokenizer.counting import CountingError, count, count_shard, count_shards, join, totals
from tokenizer.patterns import INDIC, pieces

TEXTS = st.lists(st.lists(st.sampled_from(ALPHABET), max_size=12).map("".join), max_size=12)


def lines_of(counted) -> list[str]:
    return [
        "".join(counted.chunks[id_] for id_ in counted.ids[start:end])
        for start, end in zip([0, *counted.ends], counted.ends, strict=False)
    ]


def same(counted) -> tuple:
    """All of a count, to compare bit for bit."""
    return counted.chunks, counted.ids.tolist(), counted.ends.tolist()


@given(TEXTS)
def test_lines_are_kept_and_their_pieces_are_those_of_their_chunks(texts):
    counted = count(texts)
    assert lines_of(counted) == texts
    found: Counter[str] = Counter()
    for chunk, n in zip(counted.chunks, totals(counted).tolist(), strict=True):
        for piece in pieces(INDIC, chunk):
            found[piece] += n
    assert found == Counter(piece for text in texts for piece in pieces(INDIC, text))


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=4), st.sampled_from([3, 10**6]), st.none() | st.integers(0, 9))
def test_parts_joined_are_the_whole(parts, block, limit):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "BLOCK", block)
        whole = [text for part in parts for text in part]
        assert lines_of(join(map(count, parts), distinct=False)) == whole
        once = lines_of(join(map(count, parts), limit=limit))
        assert once == list(dict.fromkeys(whole))[:limit]


@settings(deadline=None)
@given(st.text("अब\n\r \u2028\x85", max_size=60), st.integers(1, 40))
def test_the_shards_of_a_text_file_are_its_lines(tmp_path_factory, text, size):
    path = tmp_path_factory.mktemp("text") / "a.txt"
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "SHARD_BYTES", size)
        assert [row for shard in shards([path]) for row in rows(shard)] == text.splitlines()


def test_a_text_file_that_is_no_utf8_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("हिन्दी\n".encode() + b"\xff\xfe\n")
    with pytest.raises(ValueError, match=r"not UTF-8 at byte 19.*iconv"):
        list(rows(Shard(str(path), 0, 1)))


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Text in several files and kinds, with lines that come again."""
    import pyarrow
    import pyarrow.parquet

    folder = tmp_path_factory.mktemp("sources")
    hard = [text for text in hard_strings(400) if "\n" not in text]
    made = []
    for number in range(6):
        path = folder / f"{number}.txt"
        own = [" ".join(WORDS[i % len(WORDS)] for i in range(at, at + 7)) for at in range(number, 120)]
        path.write_text("\n".join([*own, *hard]), encoding="utf-8")
        made.append(path)
    table = pyarrow.Table.from_pylist([{"text": " ".join(WORDS[at : at + 4])} for at in range(40)])
    pyarrow.parquet.write_table(table, folder / "a.parquet", row_group_size=10)
    return [*made, folder / "a.parquet"]


def test_parquet_is_read_by_row_groups(sources):
    assert len([shard for shard in shards(sources) if shard.source.endswith("parquet")]) == 4


def test_counting_by_shards_is_counting_the_documents(sources):
    expected = count(documents(sources))
    assert lines_of(join(map(count_shard, shards(sources)))) == lines_of(expected)


@pytest.mark.parametrize("seed", [None, 3])
def test_processes_count_what_one_process_counts(sources, seed):
    own = shards(sources, seed=seed)
    here = list(map(same, count_shards(own)))
    assert list(map(same, count_shards(own, workers=2))) == here
    assert (seed is None) == (own == shards(sources))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A Dask scheduler and two workers, each a process of its own; yields the address and the workers."""
    folder = tmp_path_factory.mktemp("cluster")
    port, log = folder / "scheduler.json", (folder / "log").open("wb")
    dask = [sys.executable, "-m", "dask"]
    quiet = {"cwd": corpus.__file__.rsplit("/", 2)[0], "stdout": log, "stderr": log}
    scheduler = subprocess.Popen(
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(port)],
        **quiet,
    )  # fmt: skip
    workers = [
        subprocess.Popen(
            [*dask, "worker", "--scheduler-file", str(port), "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1",
             "--local-directory", str(folder)],
            **quiet,
        )
        for _ in range(2)
    ]  # fmt: skip
    for _ in range(200):
        if port.is_file() and port.read_text():
            break
        time.sleep(0.1)
    yield json.loads(port.read_text())["address"], workers
    for process in [*workers, scheduler]:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.wait()
    log.close()


def test_a_cluster_counts_the_same_though_a_worker_is_killed(sources, cluster):
    address, workers = cluster
    own = shards(sources) * 4
    here = list(map(same, map(count_shard, own)))
    counted = count_shards(own, scheduler=address)
    found = list(map(same, islice(counted, 2)))
    # The process that works, not the nanny that watches over it: kill -9, as the system does when memory runs out.
    for child in psutil.Process(workers[0].pid).children(recursive=True):
        child.kill()
    found += map(same, counted)
    assert found == here


def test_a_cluster_that_is_not_there_is_named(sources, monkeypatch):
    monkeypatch.setattr(counting, "PATIENCE", 1.0)
    with pytest.raises(CountingError, match=r"no Dask scheduler at tcp://127.0.0.1:9"):
        list(count_shards(shards(sources), scheduler="tcp://127.0.0.1:9"))


def test_without_dask_the_reader_is_told_what_to_install(sources, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CountingError, match="pip install"):
        list(count_shards(shards(sources), workers=2))
    assert len(list(count_shards(shards(sources)))) == len(shards(sources))


def test_an_error_of_a_worker_reaches_the_reader(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"body": "अ"}', encoding="utf-8")
    with pytest.raises(ValueError, match="no column 'text'; it has body"):
        list(count_shards(shards([path]), workers=2))


# --- Stopped and gone on with ---------------------------------------------------------------------


def test_what_was_counted_is_not_counted_again(sources, tmp_path, monkeypatch):
    own = shards(sources)
    here = list(map(same, count_shards(own)))
    stopped = count_shards(own, folder=tmp_path)
    assert list(map(same, islice(stopped, 3))) == here[:3]
    stopped.close()
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == 3
    kept[0].write_bytes(kept[0].read_bytes()[:50])  # as a full disk leaves it
    again = []
    monkeypatch.setattr(counting, "count_shard", lambda shard: again.append(shard) or count_shard(shard))
    assert list(map(same, count_shards(own, folder=tmp_path))) == here
    assert len(again) == len(own) - 2


def test_a_file_that_changed_is_counted_anew(tmp_path):
    path = tmp_path / "a.txt"
    for text in ("पहला", "दूसरा पाठ"):
        path.write_text(text, encoding="utf-8")
        (counted,) = count_shards(shards([path]), folder=tmp_path / "counts")
        assert lines_of(counted) == [text]


def test_a_killed_training_goes_on_and_gives_the_same_artifact(sources, tmp_path):
    command = [sys.executable, "-m", "tokenizer", "train", "--language", "hindi", "--vocab-size", "420", "--corpus",
               *map(str, sources)]  # fmt: skip
    whole = tmp_path / "whole" / "mine"
    subprocess.run([*command, "--output", str(whole)], check=True, capture_output=True)
    counts, second = tmp_path / "counts", tmp_path / "second" / "mine"
    again = [*command, "--output", str(second), "--counts", str(counts)]
    with subprocess.Popen(again, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not (counts.is_dir() and any(counts.iterdir())):
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
    assert not second.exists()
    subprocess.run(again, check=True, capture_output=True)
    assert {p.name: p.read_bytes() for p in second.iterdir()} == {
        p.name: p.read_bytes() for p in whole.iterdir()
    }

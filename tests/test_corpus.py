"""Clean documents from local files, read by the real `datasets`."""

import json

import pytest

from tokenizer.corpus import clean, distinct, documents, letters_in


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))


def test_text_is_cleaned_and_repeats_dropped_across_files(tmp_path):
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("\ufeffहिन्दी  भाषा\nदूसरी\u200b पंक्ति\n\nहिन्दी भाषा\n", encoding="utf-8")
    second.write_text("दूसरी पंक्ति\nतीसरी क्\u200dष\n", encoding="utf-8")
    assert list(documents([first, second])) == ["हिन्दी भाषा", "दूसरी पंक्ति", "तीसरी क्\u200dष"]


def test_json_lines_and_parquet(tmp_path):
    import pyarrow
    import pyarrow.parquet

    rows = [{"id": 1, "body": "ಕನ್ನಡ"}, {"id": 2, "body": None}, {"id": 3, "body": "ಭಾಷೆ"}]
    lines, table = tmp_path / "a.jsonl", tmp_path / "a.parquet"
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), table)
    for path in (lines, table):
        assert list(documents([path], text_column="body")) == ["ಕನ್ನಡ", "ಭಾಷೆ"]
        with pytest.raises(ValueError, match=r"no column 'text'; it has id, body"):
            list(documents([path]))


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(ValueError, match="There is no file"):
        list(documents([tmp_path / "none.txt"]))
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(ValueError, match="no kind"):
        list(documents([tmp_path / "a.pdf"]))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jsonl", b'{"text": 5}', r"Column 'text' of .*a.jsonl holds no text but 5"),
        ("a.jsonl", b'{"text": ', r"a.jsonl cannot be read: \S"),
        ("a.parquet", b"PAR1 no more", r"a.parquet cannot be read: \S"),
        ("a.txt", b"\xff", r"a.txt is not UTF-8 at byte 0"),
    ],
)
def test_what_is_wrong_inside_a_file_is_said_with_its_name(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=message):
        list(documents([tmp_path / name]))


def test_joiners_survive_cleaning():
    assert clean("ರ\u200d್ಯ \u00adಭಾಷೆ\u200cಯಲ್ಲಿ\x00\x07") == "ರ\u200d್ಯ ಭಾಷೆ\u200cಯಲ್ಲಿ"
    assert clean(" \u200b\n") == ""


def test_nothing_is_normalised():
    assert clean("\u0958 \u0915\u093c") == "\u0958 \u0915\u093c"


def test_distinct_keeps_the_first():
    assert list(distinct("abcabca")) == ["a", "b", "c"]


def test_letters_in_a_script():
    assert letters_in("Devanagari", "हिन्दी, ok") == 0.6
    assert letters_in("Devanagari", "123") == 0.0


def test_limit_and_seed(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("\n".join(f"पंक्ति {i}" for i in range(100)), encoding="utf-8")
    in_order = list(documents([path]))
    assert list(documents([path], limit=7)) == in_order[:7]
    shuffled = list(documents([path], seed=5))
    assert shuffled != in_order
    assert sorted(shuffled) == sorted(in_order)
    assert list(documents([path], seed=5)) == shuffled
    assert list(documents([path], seed=6)) != shuffled

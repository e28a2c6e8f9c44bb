"""The README is a valid Space card, and its tables are the results'."""

import json
import re
from pathlib import Path

import pytest
import yaml

from benchmarks import readme
from tokenizer.patterns import INDIC_PHRASES

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CARD = yaml.safe_load(README.split("---\n")[1])

COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
# Hub documentation, "Spaces configuration reference".
KEYS = {
    "title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "python_version", "app_file", "app_port",
    "base_path", "fullWidth", "header", "short_description", "models", "datasets", "tags", "thumbnail",
    "pinned",
    "license", "hf_oauth", "disable_embedding", "startup_duration_timeout", "custom_headers",
    "suggested_hardware", "preload_from_hub",
}  # fmt: skip


def test_front_matter_is_what_the_hub_accepts():
    assert README.startswith("---\n")
    assert set(CARD) <= KEYS
    assert {CARD["colorFrom"], CARD["colorTo"]} <= COLOURS
    assert len(CARD["short_description"]) <= 60
    assert CARD["sdk"] == "gradio"
    assert CARD["license"] == "apache-2.0"
    assert isinstance(CARD["python_version"], str)


def test_sdk_version_is_the_pinned_gradio():
    pinned = re.search(r"^gradio\S*==(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M)
    assert CARD["sdk_version"] == pinned[1]


def test_tables_are_the_results():
    assert readme.filled(README) == README, "run python -m benchmarks.readme"


def test_every_marked_table_is_known_and_closed():
    opened = re.findall(r"<!-- table:(\S+) -->", README)
    assert opened == re.findall(r"<!-- /table:(\S+) -->", README)
    assert set(opened) <= set(readme.TABLES)


def test_a_changed_figure_changes_the_readme(tmp_path):
    row = {
        "encoding": "hindi", "n_vocab": 4999, "set": "flores200_devtest", "language": "hindi", "tokens": 10,
        "characters_per_token": 3.5, "bytes_per_token": 9.0, "fertility": 1.5, "split_rate": 0.0123,
        "mark_start_rate": 0.001, "failed_lines": 0, "kind": "ours",
    }  # fmt: skip
    (tmp_path / "compression.json").write_text(json.dumps({"rows": [row, row | {"set": "udhr"}]}))
    drawn = readme.filled("<!-- table:compression -->\nold\n<!-- /table:compression -->\n", tmp_path)
    assert "| Hindi | `hindi` | 4,999 | 3.500 | 9.000 | 1.500 | 1.2 % | 0.1 % | 0 |" in drawn
    assert drawn.count("`hindi`") == 1
    assert "old" not in drawn


@pytest.mark.parametrize(
    "path", re.findall(r"`((?:tokenizer|artifacts|benchmarks|tests)/[\w./-]+\.py)`", README)
)
def test_files_named_exist(path):
    assert (ROOT / path).is_file()


def test_the_regex_is_explained_part_by_part():
    part = dict(zip(("contraction", "word", "phrase", "digits", "punctuation", "space"),
                    re.findall(r"^   - `(.+?)` ", README, re.M), strict=True))  # fmt: skip
    written = [
        part["contraction"],
        part["word"] + part["phrase"],
        part["digits"],
        part["punctuation"],
        part["space"],
    ]
    assert "|".join(written) == INDIC_PHRASES


def test_the_sections_come_in_the_order_a_reader_needs():
    wanted = [
        "Try it",
        "Use it from other libraries",
        "How it works",
        "How it was trained",
        "Limits",
        "Reproduce everything",
    ]
    assert [name for name in re.findall(r"^## (.+)$", README, re.M) if name in wanted] == wanted


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "tokenizer").glob("[a-z]*.py")))
def test_contributing_names_every_file_of_the_library(name):
    assert f"\n  {name} " in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_ci_runs_make_test_and_nothing_else():
    commands = [
        line for line in (ROOT / ".ci/run").read_text().splitlines() if line and not line.startswith("#")
    ]
    assert commands == ["set -eu", 'cd "$(dirname "$0")/.."', "exec make test"]

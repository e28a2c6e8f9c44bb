"""A recipe (TOML: sources, weights, options) -> an artifact."""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tokenizer.corpus import documents
from tokenizer.encoding import Encoding
from tokenizer.files import save
from tokenizer.patterns import INDIC_PHRASES
from tokenizer.training import Options, train

RECIPES = Path(__file__).resolve().parent / "recipes"
END_OF_TEXT = "<|endoftext|>"
VERSION = 1


class RecipeError(ValueError):
    """A recipe cannot be followed; the message says why."""


def read_recipe(path: str | Path) -> dict[str, Any]:
    """A recipe's values; raises `RecipeError` if it is missing, no TOML, or lacks a key.

    >>> read_recipe(RECIPES / "kannada.toml")["languages"]
    ['kn']
    """
    try:
        recipe = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError:
        raise RecipeError(f"There is no recipe {path}.") from None
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path} is no TOML: {error}.") from None
    if missing := {"name", "languages", "options", "sources"} - recipe.keys():
        raise RecipeError(f"{path} lacks {', '.join(sorted(missing))}.")
    return recipe


def follow(recipe: dict[str, Any], corpus: Path, output: Path) -> Encoding:
    """Train what a recipe says from the files in `corpus`, and save it in the folder `output`.

    Raises `CorpusError` and `TrainingError` before anything is written.
    """
    options = Options(**{k: tuple(v) if isinstance(v, list) else v for k, v in recipe["options"].items()})
    trained = train(_weighted(recipe, corpus), options)
    encoding = Encoding(
        recipe["name"],
        pat_str=INDIC_PHRASES,
        mergeable_ranks=trained.mergeable_ranks,
        special_tokens={END_OF_TEXT: len(trained.mergeable_ranks)},
    )
    meta = {
        "version": VERSION,
        "languages": recipe["languages"],
        "strata": trained.strata,
        "options": asdict(options),
        "corpus": [
            {
                "source": source["file"],
                "licence": source["licence"],
                "sha256": hashlib.sha256((corpus / source["file"]).read_bytes()).hexdigest(),
                "weight": source["weight"],
            }
            for source in recipe["sources"]
        ],
    }
    save(output, encoding, meta)
    return encoding


def _weighted(recipe: dict[str, Any], corpus: Path) -> Iterator[tuple[str, int]]:
    for source in recipe["sources"]:
        for document in documents([corpus / source["file"]]):
            yield document, source["weight"]

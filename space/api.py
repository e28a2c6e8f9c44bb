"""The named endpoints, which are the MCP tools too.

What they say in `Returns:` stands on one line: the description of a tool gets a comma for each line end.
They are coroutines, so that each runs at once where the server runs, without a thread: the largest text
allowed takes less time than many threads lose to one another.
"""

import inspect
from typing import Any, TypedDict

import gradio as gr

from space.choose import MAX_CHARACTERS, available, choose, ours
from space.lookup import search
from tokenizer import baseline
from tokenizer.baselines import BASELINES, BaselineError
from tokenizer.metrics import Measure

# What the endpoints answer; the page that describes the API draws these.


class Counts(TypedDict):
    """A text's tokens in one tokenizer."""

    tokenizer: str
    tokens: int
    characters_per_token: float
    bytes_per_token: float


class Tokenized(Counts):
    """And the tokens themselves."""

    ids: list[int]
    pieces: list[str]
    characters: int
    bytes: int
    lossless: bool


class Compared(TypedDict):
    """A text's tokens in several tokenizers, and why one is missing, by name."""

    characters: int
    bytes: int
    results: list[Counts]
    missing: dict[str, str]


class Decoded(TypedDict):
    """The text of ids."""

    text: str
    whole_characters: bool
    bytes: int


class Entry(TypedDict):
    """A vocabulary entry; `text` is null if its bytes are no text."""

    id: int
    text: str | None
    bytes: str
    stratum: str


class Found(TypedDict):
    """The entries a query finds."""

    tokenizer: str
    matches: int
    whole_query_is_token: bool
    entries: list[Entry]


def remember_signatures(demo: gr.Blocks) -> None:
    """Spare each call the longest part of it.

    For a call without a session gradio describes every component of the page anew, by the signatures of their
    constructors. `inspect` takes a signature that is there already instead of working it out.
    """
    for kind in {kind for block in demo.blocks.values() for kind in type(block).__mro__}:
        made = vars(kind).get("__init__")
        if inspect.isfunction(made):
            made.__signature__ = inspect.signature(made)  # type: ignore[attr-defined]


def _checked(text: str) -> str:
    if not isinstance(text, str):
        raise gr.Error("text must be a string.", print_exception=False)
    if len(text) > MAX_CHARACTERS:
        raise gr.Error(
            f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are taken.",
            print_exception=False,
        )
    return text


def _counts(name: str, ids: list[int], text: str) -> Counts:
    counted = Measure(tokens=len(ids), characters=len(text), bytes=len(text.encode()))
    return {
        "tokenizer": name,
        "tokens": counted.tokens,
        "characters_per_token": round(counted.characters_per_token, 4),
        "bytes_per_token": round(counted.bytes_per_token, 4),
    }


async def tokenize(text: str, tokenizer: str = "automatic") -> Tokenized:
    """Cut a Hindi or Kannada text into tokens with a byte-level BPE of fewer than 5,000 entries.

    Args:
        text: The text, at most 100,000 characters.
        tokenizer: automatic (by script), hindi, kannada or hindi-kannada.

    Returns:
        The ids, each token as text (or as hexadecimal bytes if it is none), the counts, characters per token and bytes per token.
    """
    _checked(text)
    try:
        name = choose(text, tokenizer)
        encoding = ours(name)
        ids = encoding.encode_ordinary(text)
    except ValueError as error:
        raise gr.Error(str(error), print_exception=False) from None
    return {
        **_counts(name, ids, text),
        "ids": ids,
        "pieces": [shown(token) for token in encoding.decode_tokens_bytes(ids)],
        "characters": len(text),
        "bytes": len(text.encode()),
        "lossless": encoding.decode(ids) == text,
    }


async def compare(text: str) -> Compared:
    """Count a text's tokens in our tokenizer and in those of GPT-2, GPT-4 and GPT-4o.

    Args:
        text: The text, at most 100,000 characters.

    Returns:
        For each tokenizer its token count, characters per token and bytes per token; and why a tokenizer is missing, if one is.
    """
    _checked(text)
    try:
        name = choose(text)
        rows = [_counts(name, ours(name).encode_ordinary(text), text)]
    except ValueError as error:
        raise gr.Error(str(error), print_exception=False) from None
    missing = {}
    for other in BASELINES:
        try:
            rows.append(_counts(other, baseline(other).encode_ordinary(text), text))
        except BaselineError as error:
            missing[other] = str(error)
    return {"characters": len(text), "bytes": len(text.encode()), "results": rows, "missing": missing}


MAX_IDS = 100_000
MAX_FOUND = 200


async def decode(ids: list[int], tokenizer: str = "hindi") -> Decoded:
    """Turn token ids back into text.

    Args:
        ids: Token ids, whole numbers from 0 to 4998; at most 100,000.
        tokenizer: hindi, kannada, hindi-kannada, gpt2, cl100k_base or o200k_base.

    Returns:
        The text, and whether the tokens' bytes are whole characters; bytes that are none become U+FFFD.
    """
    if not isinstance(ids, list) or not all(type(id_) is int for id_ in ids):
        raise gr.Error("ids must be a list of whole numbers.", print_exception=False)
    if len(ids) > MAX_IDS:
        raise gr.Error(f"{len(ids):,} ids were given; at most {MAX_IDS:,} are taken.", print_exception=False)
    encoding = _named(tokenizer)
    for id_ in ids:
        try:
            encoding.decode_single_token_bytes(id_)
        except (KeyError, OverflowError):
            raise gr.Error(
                f"{id_} is no token of {tokenizer}: ids go from 0 to {encoding.n_vocab - 1}.",
                print_exception=False,
            ) from None
    data = b"".join(map(encoding.decode_single_token_bytes, ids))
    try:
        return {"text": data.decode(), "whole_characters": True, "bytes": len(data)}
    except UnicodeDecodeError:
        return {"text": data.decode("utf-8", "replace"), "whole_characters": False, "bytes": len(data)}


async def vocabulary(query: str, tokenizer: str = "hindi") -> Found:
    """Look entries up in a vocabulary: by text inside them, by id, or by their bytes in hexadecimal.

    Args:
        query: Text (भार), an id (1935), or bytes (0xe0a4ad). An empty query gives the first entries.
        tokenizer: hindi, kannada or hindi-kannada.

    Returns:
        How many entries match, whether the query itself is one token, and the first 200 entries: id, text (null if the bytes are no text), bytes and stratum.
    """
    _checked(query)
    if tokenizer not in available():
        known = ", ".join(available())
        raise gr.Error(f"There is no tokenizer {tokenizer!r}. There are: {known}.", print_exception=False)
    found = search(tokenizer, query)
    return {
        "tokenizer": tokenizer,
        "matches": len(found),
        "whole_query_is_token": any(entry.token == query.encode("utf-8", "replace") for entry in found),
        "entries": [
            {"id": e.id, "text": e.text, "bytes": e.token.hex(" "), "stratum": e.stratum}
            for e in found[:MAX_FOUND]
        ],
    }


def _named(tokenizer: str) -> Any:
    try:
        return baseline(tokenizer) if tokenizer in BASELINES else ours(choose("", tokenizer))
    except ValueError as error:
        raise gr.Error(str(error), print_exception=False) from None


def shown(token: bytes) -> str:
    """A token as text, or its bytes in hexadecimal if it is none.

    >>> shown("क".encode()), shown(b"\\xe0\\xa4")
    ('क', 'e0 a4')
    """
    try:
        return token.decode()
    except UnicodeDecodeError:
        return token.hex(" ")

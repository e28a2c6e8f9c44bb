"""The named endpoints, which are the MCP tools too."""

from typing import Any

import gradio as gr

from space.choose import MAX_CHARACTERS, choose, ours
from tokenizer import baseline, measure
from tokenizer.baselines import BASELINES, BaselineError
from tokenizer.metrics import Tokenizes


def _checked(text: str) -> str:
    if not isinstance(text, str):
        raise gr.Error("text must be a string.", print_exception=False)
    if len(text) > MAX_CHARACTERS:
        raise gr.Error(
            f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are taken.",
            print_exception=False,
        )
    return text


def _counts(name: str, encoding: Tokenizes, text: str) -> dict[str, Any]:
    counted = measure(encoding, [text])
    return {
        "tokenizer": name,
        "tokens": counted.tokens,
        "characters_per_token": round(counted.characters_per_token, 4),
        "bytes_per_token": round(counted.bytes_per_token, 4),
    }


def tokenize(text: str, tokenizer: str = "automatic") -> dict[str, Any]:
    """Cut a Hindi or Kannada text into tokens with a byte-level BPE of fewer than 5,000 entries.

    Args:
        text: The text, at most 100,000 characters.
        tokenizer: automatic (by script), hindi, kannada or hindi-kannada.

    Returns:
        The ids, each token as text (or as hexadecimal bytes if it is none), the counts, characters per
        token and bytes per token.
    """
    _checked(text)
    try:
        name = choose(text, tokenizer)
        encoding = ours(name)
        ids = encoding.encode_ordinary(text)
    except ValueError as error:
        raise gr.Error(str(error), print_exception=False) from None
    return _counts(name, encoding, text) | {
        "ids": ids,
        "pieces": [shown(encoding.decode_single_token_bytes(token)) for token in ids],
        "characters": len(text),
        "bytes": len(text.encode()),
        "lossless": encoding.decode(ids) == text,
    }


def compare(text: str) -> dict[str, Any]:
    """Count a text's tokens in our tokenizer and in those of GPT-2, GPT-4 and GPT-4o.

    Args:
        text: The text, at most 100,000 characters.

    Returns:
        For each tokenizer its token count, characters per token and bytes per token; and why a
        tokenizer is missing, if one is.
    """
    _checked(text)
    try:
        name = choose(text)
        rows = [_counts(name, ours(name), text)]
    except ValueError as error:
        raise gr.Error(str(error), print_exception=False) from None
    missing = {}
    for other in BASELINES:
        try:
            rows.append(_counts(other, baseline(other), text))
        except BaselineError as error:
            missing[other] = str(error)
    return {"characters": len(text), "bytes": len(text.encode()), "results": rows, "missing": missing}


def shown(token: bytes) -> str:
    """A token as text, or its bytes in hexadecimal if it is none.

    >>> shown("क".encode()), shown(b"\\xe0\\xa4")
    ('क', 'e0 a4')
    """
    try:
        return token.decode()
    except UnicodeDecodeError:
        return token.hex(" ")

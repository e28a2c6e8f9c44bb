"""Byte-level BPE for Hindi and Kannada in fewer than 5,000 tokens."""

from typing import TYPE_CHECKING, Any

from tokenizer.baselines import baseline
from tokenizer.encoding import Encoding
from tokenizer.files import load, to_tiktoken
from tokenizer.metrics import measure

if TYPE_CHECKING:
    from tokenizer.training import train

__all__ = ["Encoding", "baseline", "load", "measure", "to_tiktoken", "train"]


def __getattr__(name: str) -> Any:
    # Training needs numpy, which takes as long to import as all the rest.
    if name == "train":
        from tokenizer.training import train

        return train
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

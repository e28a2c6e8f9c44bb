"""Byte-level BPE for Hindi and Kannada in fewer than 5,000 tokens."""

from tokenizer.baselines import baseline
from tokenizer.encoding import Encoding
from tokenizer.files import load, to_tiktoken
from tokenizer.metrics import measure
from tokenizer.training import train

__all__ = ["Encoding", "baseline", "load", "measure", "to_tiktoken", "train"]

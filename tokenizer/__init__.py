"""Byte-level BPE for Hindi and Kannada in fewer than 5,000 tokens."""

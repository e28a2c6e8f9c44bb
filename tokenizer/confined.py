"""A stranger's `tokenizer.json` and a text -> ids and vocabulary entries, in a process of its own (see `hub`).

Such a file is data, but data can hold a regex that takes years, or a rule that turns a letter into a gigabyte,
and no exception stops compiled code. So whoever runs this gives it a time, and it gives itself a memory.
Reads the text as one line of JSON, then the file; writes one line of JSON.
"""

import json
import sys
from contextlib import suppress
from typing import Any

MAX_MEMORY = 2_000_000_000  # bytes; the largest in wide use need 0.5 GB
MAX_IDS_PER_BYTE = 20


def read(data: str, text: str) -> dict[str, Any]:
    """What there is to know of a text in a tokenizer; raises what the library raises."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_str(data)
    # Some files say "cut after 128 tokens, fill up to 128": that is for a model, not for counting.
    made.no_truncation()
    made.no_padding()
    # What a visitor types is text, also where it looks like a special token.
    made.encode_special_tokens = True
    ids = made.encode(text, add_special_tokens=False).ids
    if len(ids) > MAX_IDS_PER_BYTE * (len(text.encode()) + 1):
        raise ValueError("it makes more tokens than the text has bytes, many times over")
    return {
        "n_vocab": made.get_vocab_size(),
        "byte_level": "ByteLevel(" in f"{made.pre_tokenizer!r}{made.decoder!r}",
        "ids": ids,
        "pieces": {id_: made.id_to_token(id_) for id_ in set(ids)},
    }


def main() -> None:
    with suppress(ImportError, ValueError, OSError):  # macOS and Windows cannot: there, time alone is limited
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    text = json.loads(sys.stdin.buffer.readline())
    try:
        answer = read(sys.stdin.buffer.read().decode(), text)
    except Exception as error:  # the library raises plain `Exception`
        answer = {"error": str(error)[:200]}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()

"""The entries of our vocabularies, and how they are found."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import regex

from space.choose import ours
from tokenizer.files import ARTIFACTS, read_meta


@dataclass(frozen=True)
class Entry:
    """One entry: its id (which is its rank), bytes, text (None if the bytes are none) and stratum."""

    id: int
    token: bytes
    text: str | None
    stratum: str


@lru_cache(maxsize=8)
def entries(name: str) -> tuple[Entry, ...]:
    """All entries of an artifact by id; special tokens last.

    >>> entries("hindi")[65].text, entries("hindi")[-1].stratum
    ('A', 'special')
    """
    encoding = ours(name)
    ends = []
    total = 0
    for stratum, count in read_meta(ARTIFACTS / name)["strata"].items():
        total += count
        ends.append((total, stratum))
    found = []
    for token, rank in encoding.mergeable_ranks.items():
        stratum = next(stratum for end, stratum in ends if rank < end)
        found.append(Entry(rank, token, _text(token), stratum))
    special = [Entry(i, t.encode(), t, "special") for t, i in encoding.special_tokens.items()]
    return tuple(sorted(found, key=lambda entry: entry.id) + special)


FILTERS: dict[str, Callable[[Entry], bool]] = {
    "contains a space": lambda e: " " in (e.text or "").strip(" "),
    "starts with a space": lambda e: e.token.startswith(b" "),
    "starts with a mark": lambda e: regex.match(r" ?\p{M}", e.text or "") is not None,
    "not valid UTF-8": lambda e: e.text is None,
    "Devanagari": lambda e: regex.search(r"\p{Devanagari}", e.text or "") is not None,
    "Kannada": lambda e: regex.search(r"\p{Kannada}", e.text or "") is not None,
    "Latin": lambda e: regex.search(r"\p{Latin}", e.text or "") is not None,
}


def search(name: str, query: str, stratum: str = "", only: tuple[str, ...] = ()) -> list[Entry]:
    """The entries that a query finds: an id, bytes in hexadecimal, or text inside the entry; exact matches first.

    >>> search("hindi", "0x41")[0].id, search("hindi", "E0 A4 AD")[0].text, search("hindi", "1935")[0].id
    (65, 'भ', 1935)
    """
    test = _matcher(query)
    found = [
        entry
        for entry in entries(name)
        if test(entry) and stratum in ("", entry.stratum) and all(FILTERS[key](entry) for key in only)
    ]
    wanted = query.strip()
    return sorted(found, key=lambda e: not _exact(e, wanted)) if wanted else found


def _exact(entry: Entry, wanted: str) -> bool:
    return wanted in (str(entry.id), (entry.text or "").strip(), entry.token.hex(" ").upper())


def _matcher(query: str) -> Callable[[Entry], bool]:
    wanted = query.strip()
    if not wanted:
        return lambda entry: True
    if regex.fullmatch(r"[0-9]{1,7}", wanted):
        return lambda entry: entry.id == int(wanted) or wanted in (entry.text or "")
    # 0xE0A4AD, or E0 A4 AD as the table shows it.
    if regex.fullmatch(r"0[xX](?:[0-9a-fA-F]{2}\s?)+|(?:[0-9A-F]{2} )+[0-9A-F]{2}", wanted):
        token = bytes.fromhex(wanted.removeprefix("0x").removeprefix("0X"))
        return lambda entry: token in entry.token
    inside = query if query != wanted else wanted
    return lambda entry: inside in (entry.text or "")


def _text(token: bytes) -> str | None:
    try:
        return token.decode()
    except UnicodeDecodeError:
        return None

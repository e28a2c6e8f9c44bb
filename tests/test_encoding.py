"""Our encoding against tiktoken's, built from the shipped ranks."""

import pickle
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hard_strings import hard_strings
from tests.reference import slow_encode
from tokenizer import Encoding, load
from tokenizer.patterns import INDIC_PHRASES, pieces

INDIC = st.text(alphabet="कखतरषनहै ािी़्ंः।॥१२ಕನಡಸರತಯಾ್ೀಿ ೧೨\u200c\u200da.,'-s 1", max_size=60)


def test_a_lone_surrogate_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match="Character 2"):
        load("hindi").encode_ordinary("ab\ud800")


@pytest.fixture(scope="module", params=["hindi", "kannada", "hindi-kannada"])
def shipped(request: pytest.FixtureRequest) -> Encoding:
    return load(request.param)


@pytest.fixture(scope="module")
def judge(shipped: Encoding) -> tiktoken.Encoding:
    return tiktoken.Encoding(
        "judge", pat_str=shipped.pat_str, mergeable_ranks=shipped.mergeable_ranks, special_tokens={}
    )


def stitched(number: int) -> list[str]:
    """Texts of the vocabulary's own entries and hard strings, where chunks meet in every way."""
    chance = random.Random(3)
    parts = [
        t.decode() for e in ("hindi", "kannada") for t in load(e).mergeable_ranks if len(t) > 3 and is_text(t)
    ]
    parts += [text for text in hard_strings(300) if len(text) < 20]
    glue = [
        "",
        "",
        "",
        " ",
        " ",
        "  ",
        "\n",
        " \n ",
        "\t ",
        " \t",
        "\r\n",
        "\u00a0",
        "\u2003 ",
        "-",
        "। ",
        ", ",
        "'s ",
        "\x1c",
    ]
    return [
        "".join(chance.choice(parts) + chance.choice(glue) for _ in range(chance.randint(1, 9)))
        for _ in range(number)
    ]


def is_text(token: bytes) -> bool:
    try:
        return bool(token.decode())
    except UnicodeDecodeError:
        return False


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(INDIC, st.text(st.characters(exclude_categories=["Cs"]), max_size=40)))
def test_any_text_as_tiktoken_cuts_it(shipped: Encoding, judge: tiktoken.Encoding, text: str) -> None:
    ids = shipped.encode_ordinary(text)
    assert ids == judge.encode_ordinary(text)
    assert shipped.decode(ids) == text


def test_thousands_of_texts_as_tiktoken_cuts_them(shipped: Encoding, judge: tiktoken.Encoding) -> None:
    for text in [*hard_strings(3000), *stitched(6000)]:
        ids = shipped.encode_ordinary(text)
        assert ids == judge.encode_ordinary(text), ascii(text)
        assert shipped.decode(ids) == text
        assert shipped.decode_bytes(ids) == text.encode()


def test_as_the_slow_encoder_says(shipped: Encoding) -> None:
    ranks = shipped.mergeable_ranks
    for text in [*hard_strings(200), *stitched(200)]:
        assert shipped.encode_ordinary(text) == slow_encode(ranks, pieces(shipped.pat_str, text)), ascii(text)


def test_full_caches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = stitched(300)
    large = load("hindi")
    expected = [large.encode_ordinary(text) for text in texts]
    monkeypatch.setattr("tokenizer.encoding.CACHE_SIZE", 3)
    small = load("hindi")
    assert [small.encode_ordinary(text) for text in texts] == expected


def test_long_lines_are_learned_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    known = [token.decode().strip() for token in load("kannada").mergeable_ranks if is_text(token)]
    words = [word for word in known if word.isprintable()]
    texts = [
        "".join(chance.choice(words) + chance.choice(["", " ", "  "]) for _ in range(400)) for _ in range(20)
    ]
    expected = [load("kannada").encode_ordinary(text) for text in texts]
    monkeypatch.setattr("tokenizer.encoding.BATCH", 3)
    assert [load("kannada").encode_ordinary(text) for text in texts] == expected


@pytest.mark.parametrize("entry", ["्\n", "\nि", "(\n", "\n(", "\n\n"])
def test_an_entry_with_a_line_end_changes_nothing_in_a_line(entry: str) -> None:
    characters = {c: c.encode() for c in entry}
    learned = [code[:end] for code in characters.values() for end in range(2, len(code) + 1)]
    learned.append(entry.encode())
    ranks = {token: rank for rank, token in enumerate([*(bytes([byte]) for byte in range(256)), *learned])}
    enc = Encoding("any", pat_str=INDIC_PHRASES, mergeable_ranks=ranks, special_tokens={})
    text = "क् क्( (ि 1ि (क"
    assert enc.encode_ordinary(text) == slow_encode(ranks, pieces(INDIC_PHRASES, text))
    assert enc.encode_ordinary(text + "\n" + text) == slow_encode(
        ranks, pieces(INDIC_PHRASES, text + "\n" + text)
    )


def test_threads_share_one_encoding() -> None:
    texts = stitched(400)
    alone = load("hindi")
    expected = [alone.encode_ordinary(text) for text in texts]
    shared = load("hindi")
    with ThreadPoolExecutor(8) as pool:
        for got in pool.map(lambda _: [shared.encode_ordinary(text) for text in texts], range(8)):
            assert got == expected


@pytest.mark.parametrize("unit", ["क", "कि", "ि", "्", " ", "a", "क\u200d", "\n"])
def test_a_megabyte_of_one_thing_takes_seconds(unit: str) -> None:
    enc = load("hindi")
    text = unit * (1_000_000 // len(unit.encode()))
    start = time.perf_counter()
    ids = enc.encode_ordinary(text)
    assert time.perf_counter() - start < 20  # quadratic merging would take hours
    assert enc.decode(ids) == text


@pytest.mark.parametrize("seed", range(12))
def test_any_vocabulary_as_the_slow_encoder_uses_it(seed: int) -> None:
    """Entries in no good order: of half characters, over blanks, over what is never one piece.

    tiktoken is no judge here: it takes a piece that is an entry for one token even if no merges lead to it.
    """
    chance = random.Random(seed)
    texts = [
        "".join(chance.choices("कखकिा् ्,। \u200dಕ'a\n(1-", k=chance.randrange(1, 30))) for _ in range(400)
    ]
    learned = [pieces(chance.choice([r"(?s).+", INDIC_PHRASES]), text) for text in texts]
    parts = [[bytes([byte]) for byte in piece.encode()] for cut in learned for piece in cut]
    ranks = {bytes([byte]): byte for byte in range(256)}
    while len(ranks) < 256 + 150:
        part = chance.choice(parts)
        if len(part) > 1:
            at = chance.randrange(len(part) - 1)
            pair = part[at : at + 2]
            ranks.setdefault(b"".join(pair), len(ranks))
            for one in parts:
                for place in range(len(one) - 1, 0, -1):
                    if one[place - 1 : place + 1] == pair:
                        one[place - 1 : place + 1] = [b"".join(pair)]
    for pattern in (INDIC_PHRASES, r"\S+|\s+"):
        enc = Encoding("any", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
        for text in texts:
            assert enc.encode_ordinary(text) == slow_encode(ranks, pieces(pattern, text)), ascii(text)


def test_a_pattern_that_matches_nothing_at_all_costs_nothing() -> None:
    ranks = {bytes([byte]): byte for byte in range(256)}
    enc = Encoding("any", pat_str=r"\w*|\W", mergeable_ranks=ranks, special_tokens={})
    assert enc.decode(enc.encode_ordinary("ab, क ")) == "ab, क "
    assert enc.encode_ordinary("") == []


def test_bytes_that_are_no_text_are_decoded_as_python_does(shipped: Encoding) -> None:
    chance = random.Random(4)
    for _ in range(3000):
        ids = [
            chance.choice([chance.randrange(256), chance.randrange(4998)]) for _ in range(chance.randrange(9))
        ]
        for errors in ("replace", "ignore", "backslashreplace"):
            assert shipped.decode(ids, errors) == shipped.decode_bytes(ids).decode("utf-8", errors)
    with pytest.raises(UnicodeDecodeError, match="position 3"):
        shipped.decode([*shipped.encode_ordinary("क"), 0xE0, 0xA4], "strict")


def test_a_copy_in_another_process_encodes_the_same(shipped: Encoding) -> None:
    text = stitched(1)[0]
    ids = shipped.encode_ordinary(text)
    again = pickle.loads(pickle.dumps(shipped))
    assert again.encode_ordinary(text + " क") == shipped.encode_ordinary(text + " क")
    assert again.decode(ids) == text


def test_special_tokens_as_in_tiktoken() -> None:
    enc = load("hindi")
    judge = tiktoken.Encoding(
        "judge", pat_str=enc.pat_str, mergeable_ranks=enc.mergeable_ranks, special_tokens=enc.special_tokens
    )
    text = "क<|endoftext|>ख <|endoftext|>"
    assert enc.encode_ordinary(text) == judge.encode_ordinary(text)
    assert enc.encode(text, allowed_special="all") == judge.encode(text, allowed_special="all")
    assert enc.encode(text, disallowed_special=()) == judge.encode(text, disallowed_special=())
    with pytest.raises(ValueError, match="special token"):
        enc.encode(text)
    assert enc.decode_with_offsets(enc.encode_ordinary(text)) == judge.decode_with_offsets(
        enc.encode_ordinary(text)
    )


def test_an_id_that_is_no_token_is_refused() -> None:
    enc = load("hindi")
    for wrong in (-1, enc.n_vocab, 10**9, 1.5, "1", None):
        with pytest.raises(KeyError, match="no token"):
            enc.decode([1, wrong])


def test_all_of_unicode_in_order(shipped: Encoding, judge: tiktoken.Encoding) -> None:
    text = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    ids = shipped.encode_ordinary(text)
    assert shipped.decode(ids) == text
    for start in range(0, len(text), 4096):
        part = text[start : start + 4096]
        assert shipped.encode_ordinary(part) == judge.encode_ordinary(part), hex(start)

"""What every shipped vocabulary promises about its entries."""

import pytest

from tests.hard_strings import FIXED
from tokenizer import load
from tokenizer.akshara import aksharas
from tokenizer.bpe import merge, pair_ranks
from tokenizer.files import ARTIFACTS, read_meta
from tokenizer.training import _PARTIAL_START

NAMES = sorted(path.parent.name for path in ARTIFACTS.glob("*/meta.json"))


@pytest.fixture(scope="module", params=NAMES)
def artifact(request):
    return load(request.param), read_meta(ARTIFACTS / request.param)


def test_all_three_are_there():
    assert NAMES == ["hindi", "hindi-kannada", "kannada"]


def test_fewer_than_5000_with_everything_counted(artifact):
    enc, meta = artifact
    assert enc.n_vocab == meta["n_vocab"] == len(enc.mergeable_ranks) + len(enc.special_tokens) < 5000
    assert sum(meta["strata"].values()) == len(enc.mergeable_ranks)


def test_every_entry_encodes_to_itself(artifact):
    enc, _ = artifact
    pairs = pair_ranks(enc.mergeable_ranks)
    for token, rank in enc.mergeable_ranks.items():
        assert merge(list(token), pairs) == [rank], token


def test_entries_that_are_no_text_only_lead_to_characters(artifact):
    enc, meta = artifact
    ranks = enc.mergeable_ranks
    characters = meta["strata"]["bytes"] + meta["strata"]["characters"]
    by_rank = sorted(ranks, key=ranks.__getitem__)
    leads = {token[:cut] for token in by_rank[256:characters] for cut in range(1, len(token))}
    for token in by_rank[256:]:
        try:
            token.decode()
        except UnicodeDecodeError:
            assert token in leads, token
            assert ranks[token] < characters, token


def test_no_entry_joins_half_an_akshara_to_what_is_outside_it(artifact):
    enc, meta = artifact
    first_word = sum(meta["strata"][name] for name in ("bytes", "characters", "aksharas"))
    for token, rank in enc.mergeable_ranks.items():
        if rank >= first_word:
            text = token.decode()
            assert not _PARTIAL_START.match(text), token
        elif rank >= meta["strata"]["bytes"] + meta["strata"]["characters"]:
            assert len(aksharas(token.decode())) == 1, token


def test_only_phrases_hold_a_space(artifact):
    enc, meta = artifact
    first_phrase = len(enc.mergeable_ranks) - meta["strata"]["phrases"]
    assert all(
        b" " not in token[1:] for token, rank in enc.mergeable_ranks.items() if 256 <= rank < first_phrase
    )


def test_no_token_is_a_broken_piece_of_a_devanagari_or_kannada_character(artifact):
    enc, meta = artifact
    blocks = {"hindi": range(0x900, 0x980), "kannada": range(0xC80, 0xD00)}
    own = [chr(c) for language in meta["languages"] for c in blocks[language]]
    text = "".join(c for c in "".join(FIXED) * 3 if c in own or c in " ,-")
    for token in enc.encode_ordinary(text):
        enc.decode_single_token_bytes(token).decode()
    assert meta["entries_used_on_dev"] > 3000

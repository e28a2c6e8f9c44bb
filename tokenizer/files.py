"""An artifact on disk: save, load, verify; and its `tokenizer.json` for other libraries.

Everything is text. Writing is atomic: a temporary name first, then `os.replace`.
"""

import base64
import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex

from tokenizer.encoding import Encoding

if TYPE_CHECKING:
    import tiktoken

VERSION = "1"
NEW = ".new"
LARGEST = 64_000_000  # bytes of a rank file: sixteen times the largest published one

ARTIFACTS = Path(__file__).resolve().parent.parent / "artifacts"

# Texts whose ids every artifact carries, for other libraries' tests.
GOLDEN = (
    "हिन्दी में क्षत्रिय और स्त्री के लिए।", "ಕನ್ನಡ ಭಾಷೆಯಲ್ಲಿ ಸ್ತ್ರೀ ಮತ್ತು ಕ್ಷಮೆ.", "क्\u200dष ರ\u200d್ಯ ಭಾಷೆ\u200cಯಲ್ಲಿ", "ज़रूर क़लम १२३४ ೧೨೩೪ 1234567",
    "It's  Latin\t&\r\n\n  blanks ", "👩\u200d👩\u200d👧 ॥ ि ್", "<|endoftext|>",
)  # fmt: skip


class ArtifactError(ValueError):
    """An artifact cannot be loaded; the message says what is wrong and what to do."""


def rank_lines(mergeable_ranks: Mapping[bytes, int]) -> bytes:
    """The `.tiktoken` form: base64 of the bytes, a blank, the rank; one entry a line, by rank.

    >>> rank_lines({b"a": 0})
    b'YQ== 0\\n'
    """
    by_rank = sorted(mergeable_ranks.items(), key=lambda item: item[1])
    return b"".join(base64.b64encode(token) + b" %d\n" % rank for token, rank in by_rank)


def _json(value: Any, *, indent: int | None = 1) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode()


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(data)
    os.replace(temporary, path)


def save(folder: str | Path, encoding: Encoding, meta: Mapping[str, Any]) -> None:
    """Write an artifact; `meta` holds what `meta.json` says besides the encoding itself.

    Whenever the process is killed, the folder holds the old artifact or the new one, whole: all files are
    written to a folder inside, which gets its final name in one step; from then on they count (see `_file`).
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _finish(folder)
    ranks = rank_lines(encoding.mergeable_ranks)
    about = {
        "name": encoding.name,
        "pat_str": encoding.pat_str,
        "special_tokens": encoding.special_tokens,
        "n_vocab": encoding.n_vocab,
        "ranks_sha256": hashlib.sha256(ranks).hexdigest(),
    }
    golden = [{"text": text, "ids": encoding.encode_ordinary(text)} for text in GOLDEN]
    begun = folder / ".begun"
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir()
    _write(begun / "ranks.tiktoken", ranks)
    _write(begun / "golden.json", _json(golden, indent=None))
    export(begun, encoding)
    _write(begun / "meta.json", _json(about | dict(meta)))
    os.rename(begun, folder / NEW)
    _finish(folder)


def _finish(folder: Path) -> None:
    """Move the files of a finished save to where they belong, if it was interrupted there."""
    new = folder / NEW
    try:
        for path in sorted(new.iterdir()):
            os.replace(path, folder / path.name)
        new.rmdir()
    except OSError:
        return  # there is none, or the file system is read-only: `_file` finds them where they are


def _file(folder: Path, name: str) -> Path:
    new = folder / NEW / name
    return new if new.is_file() else folder / name


def export(folder: Path, encoding: Encoding) -> None:
    """Write `tokenizer.json` and `tokenizer_config.json`, for `tokenizers` and `transformers`."""
    _write(folder / "tokenizer.json", _json(tokenizer_json(encoding)))
    end = next(iter(encoding.special_tokens), None)
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": end,
        "eos_token": end,
        "pad_token": end,  # so that batches can be padded; the attention mask says what is padding
        "clean_up_tokenization_spaces": False,
        "model_max_length": 1_000_000_000,
    }
    _write(folder / "tokenizer_config.json", _json(config))


def _byte_letters() -> list[str]:
    """The printable letter GPT-2's vocabulary files write for each byte."""
    own = [byte for byte in range(256) if chr(byte).isprintable() and chr(byte) != " "]
    rest = {byte: chr(256 + i) for i, byte in enumerate(b for b in range(256) if b not in own)}
    return [rest.get(byte, chr(byte)) for byte in range(256)]


def tokenizer_json(encoding: Encoding) -> dict[str, Any]:
    """The encoding in the format of `tokenizers`.

    Every split of an entry into two entries is listed as a merge: with several strata the same bytes can be
    reached by different pairs, and ranks alone must decide.
    """
    letters = _byte_letters()
    ranks = encoding.mergeable_ranks
    name = {token: "".join(letters[byte] for byte in token) for token in ranks}
    by_rank: Sequence[bytes] = sorted(ranks, key=ranks.__getitem__)
    merges = [
        [name[token[:cut]], name[token[cut:]]]
        for token in by_rank
        for cut in range(1, len(token))
        if token[:cut] in ranks and token[cut:] in ranks
    ]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    split = {
        "type": "Split", "pattern": {"Regex": encoding.pat_str}, "behavior": "Isolated", "invert": False,
    }  # fmt: skip
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": i, "content": token} | flags for token, i in encoding.special_tokens.items()],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, byte_level]},
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": True,
            "vocab": {name[token]: ranks[token] for token in by_rank}, "merges": merges,
        },
    }  # fmt: skip


def to_tiktoken(encoding: Encoding) -> "tiktoken.Encoding":
    """The encoding as tiktoken's own class: the same ids from the same ranks.

    >>> to_tiktoken(load("hindi")).encode_ordinary("हिन्दी") == load("hindi").encode_ordinary("हिन्दी")
    True
    """
    import tiktoken

    return tiktoken.Encoding(
        encoding.name,
        pat_str=encoding.pat_str,
        mergeable_ranks=encoding.mergeable_ranks,
        special_tokens=encoding.special_tokens,
    )


def read_meta(folder: str | Path) -> dict[str, Any]:
    """What `meta.json` says; raises `ArtifactError` if it is missing or no JSON."""
    path = _file(Path(folder), "meta.json")
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise ArtifactError(
            f"{folder} is no artifact: it has no meta.json. Train it, or fetch it again."
        ) from None
    except ValueError:
        raise ArtifactError(f"{path} is damaged. Train it, or fetch it again.") from None
    if not isinstance(meta, dict):
        raise ArtifactError(f"{path} is damaged. Train it, or fetch it again.")
    return meta


def load(name_or_path: str | Path, *, revision: str | None = None) -> Encoding:
    """The encoding of an artifact: its name in `artifacts/`, a folder, or `owner/name` on the Hub, in that order.

    Raises `ArtifactError` for a name that is none and for a damaged artifact, and `HubError`.
    """
    return _read(_folder(str(name_or_path), revision))


def _folder(name: str, revision: str | None) -> Path:
    if re.fullmatch(r"[\w-]+", name) and (ARTIFACTS / name / "meta.json").is_file():
        return ARTIFACTS / name
    if Path(name).is_dir():
        _refuse_links_out(Path(name))
        return Path(name)
    if re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        from tokenizer.hub import fetch

        return fetch(name, revision=revision)
    known = ", ".join(sorted(path.parent.name for path in ARTIFACTS.glob("*/meta.json")))
    raise ArtifactError(f"There is no artifact {name!r}. There are: {known or 'none yet, run make train'}.")


def _refuse_links_out(folder: Path) -> None:
    for path in folder.iterdir():
        real = path.resolve()
        # In the Hub's cache the files of a snapshot are links to blobs beside it.
        if path.is_symlink() and real.parent not in (folder.resolve(), folder.resolve().parents[1] / "blobs"):
            raise ArtifactError(f"{path} is a link out of the folder. Put the file itself there.")


def _read(folder: Path) -> Encoding:
    _finish(folder)
    meta = read_meta(folder)
    path = _file(folder, "ranks.tiktoken")
    again = "Train the artifact, or fetch it again."
    try:
        if path.stat().st_size > LARGEST:
            raise ArtifactError(f"{path} is larger than {LARGEST:,} bytes, which no artifact is. {again}")
        data = path.read_bytes()
    except OSError:
        raise ArtifactError(f"{path} is missing. {again}") from None
    if hashlib.sha256(data).hexdigest() != meta.get("ranks_sha256"):
        raise ArtifactError(f"{path} is damaged (its sha256 is not meta.json's). {again}")
    try:
        pairs = [line.split() for line in data.splitlines()]
        ranks = {base64.b64decode(token, validate=True): int(rank) for token, rank in pairs}
        made = Encoding(
            meta["name"],
            pat_str=meta["pat_str"],
            mergeable_ranks=ranks,
            special_tokens=meta["special_tokens"],
        )
    except (KeyError, TypeError, ValueError, AttributeError, regex.error) as error:
        raise ArtifactError(f"{folder} is damaged ({error}). {again}") from None
    if wrong := _wrong(made, meta, len(pairs)):
        raise ArtifactError(f"{folder} is damaged ({wrong}). {again}")
    return made


def _wrong(made: Encoding, meta: Mapping[str, Any], lines: int) -> str | None:
    """What contradicts what in an artifact, or None."""
    ranks = made.mergeable_ranks
    if len(ranks) != lines:
        return "an entry of ranks.tiktoken is there twice"
    if list(ranks.values()) != list(range(lines)):
        return "the ranks are not 0, 1, 2, … in this order"
    if meta.get("version", VERSION) != VERSION:
        return f"meta.json has version {meta['version']!r}, this code reads {VERSION!r}"
    if meta.get("n_vocab") != made.n_vocab:
        return f"meta.json says {meta.get('n_vocab')} entries, there are {made.n_vocab}"
    if unreachable := made.unreachable():
        return f"entry {unreachable[0]} does not encode to itself"
    return None

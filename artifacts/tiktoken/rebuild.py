"""Make this folder anew from the public source: `python artifacts/tiktoken/rebuild.py`.

The files are OpenAI's, MIT licensed, under the names tiktoken's cache gives them: the SHA-1 of their
address. They are taken from the npm package `tiktoken` (which carries the same ranks), so npm is
needed, and are written only if their sha256 is the one tiktoken itself asks for.
"""

import base64
import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
from itertools import pairwise
from pathlib import Path

FOLDER = Path(__file__).resolve().parent

_HOST = "https://openaipublic.blob.core.windows.net/"
R50K = _HOST + "encodings/r50k_base.tiktoken"
CL100K = _HOST + "encodings/cl100k_base.tiktoken"
O200K = _HOST + "encodings/o200k_base.tiktoken"
MERGES = _HOST + "gpt-2/encodings/main/vocab.bpe"
VOCABULARY = _HOST + "gpt-2/encodings/main/encoder.json"

# As in tiktoken_ext/openai_public.py.
SHA256 = {
    R50K: "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
    CL100K: "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    O200K: "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    MERGES: "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
    VOCABULARY: "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
}


def cache_name(url: str) -> str:
    """The name tiktoken's cache gives a file."""
    return hashlib.sha1(url.encode()).hexdigest()


def rank_file(encoder: str) -> bytes:
    """A `.tiktoken` file from the npm package's lines "! first-rank token token ..."."""
    lines = []
    for line in encoder.splitlines():
        _, first, *tokens = line.split(" ")
        lines += [f"{token} {rank}\n" for rank, token in enumerate(tokens, int(first))]
    return "".join(lines).encode()


def gpt2_files(ranks: bytes) -> dict[str, bytes]:
    """GPT-2's own two files, which `tiktoken.get_encoding("gpt2")` asks for, from the same ranks."""
    tokens = [base64.b64decode(line.split()[0]) for line in ranks.splitlines()]
    show = byte_letters(tokens[:256])
    names = ["".join(show[byte] for byte in token) for token in tokens]
    ids = {token: rank for rank, token in enumerate(tokens)}
    merges = [merge_of(token, ids) for token in tokens[256:]]
    lines = [" ".join("".join(show[byte] for byte in half) for half in pair) for pair in merges]
    vocabulary = {name: rank for rank, name in enumerate(names)} | {"<|endoftext|>": len(names)}
    return {
        MERGES: ("#version: 0.2\n" + "\n".join(lines) + "\n").encode(),
        VOCABULARY: json.dumps(vocabulary).encode(),
    }


def byte_letters(single: list[bytes]) -> dict[int, str]:
    """GPT-2's printable letter for each byte; bytes without one of their own follow from U+0100."""
    own = [byte for byte in range(256) if chr(byte).isprintable() and chr(byte) != " "]
    rest = [token[0] for token in single if token[0] not in own]
    return {byte: chr(byte) for byte in own} | {byte: chr(256 + i) for i, byte in enumerate(rest)}


def merge_of(token: bytes, ranks: dict[bytes, int]) -> tuple[bytes, bytes]:
    """The two tokens a token was merged from: what merging by the lower ranks alone leaves of it."""
    parts = [token[i : i + 1] for i in range(len(token))]
    while len(parts) > 2:
        joined = [ranks.get(a + b, len(ranks)) for a, b in pairwise(parts)]
        at = joined.index(min(joined))
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts[0], parts[1]


def write_all(files: dict[str, bytes], folder: Path) -> None:
    """Write files (by address) into a cache folder, after checking the sha256 of each."""
    for url, data in files.items():
        if hashlib.sha256(data).hexdigest() != SHA256[url]:
            raise SystemExit(f"{url}: the sha256 is not the one tiktoken asks for; not written.")
        temporary = folder / (cache_name(url) + ".part")
        temporary.write_bytes(data)
        os.replace(temporary, folder / cache_name(url))


def main() -> None:
    """Fetch the npm package, and write the folder from it."""
    with tempfile.TemporaryDirectory() as work:
        packed = subprocess.run(
            ["npm", "pack", "--silent", "tiktoken"], cwd=work, check=True, capture_output=True, text=True
        )
        with tarfile.open(Path(work, packed.stdout.split()[-1])) as archive:
            files = {}
            for name in ("r50k_base", "cl100k_base", "o200k_base"):
                member = archive.extractfile(f"package/encoders/{name}.json")
                assert member is not None, name
                files[f"{_HOST}encodings/{name}.tiktoken"] = rank_file(json.load(member)["bpe_ranks"])
    write_all(files | gpt2_files(files[R50K]), FOLDER)
    print(f"{len(SHA256)} files in {FOLDER}, each with the sha256 tiktoken asks for")


if __name__ == "__main__":
    main()

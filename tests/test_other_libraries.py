"""An artifact's folder alone gives the same ids in tiktoken, tokenizers, transformers and Node."""

import base64
import json
import random
import subprocess
from pathlib import Path

import pytest
import tiktoken
from tokenizers import Tokenizer
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from tokenizer.encoding import Encoding
from tokenizer.files import GOLDEN, ArtifactError, load, save
from tokenizer.patterns import INDIC_PHRASES
from tokenizer.training import Options, train

HERE = Path(__file__).resolve().parent
LINES = ["यह हिन्दी भाषा है।", "हिन्दी में पुस्तक के लिए", "ಇದು ಕನ್ನಡ ಭಾಷೆ.", "ಕನ್ನಡ ಪುಸ್ತಕ", "क्षत्रिय स्त्री के लिए है।"]


@pytest.fixture(scope="module")
def artifact(tmp_path_factory):
    folder = tmp_path_factory.mktemp("artifacts") / "tiny"
    trained = train(
        [(line, 5) for line in LINES],
        Options(vocab_size=330, scripts=("Devanagari", "Kannada"), word_share=1.0),
    )
    end = len(trained.mergeable_ranks)
    made = Encoding("tiny", pat_str=INDIC_PHRASES, mergeable_ranks=trained.mergeable_ranks,
                    special_tokens={"<|endoftext|>": end})  # fmt: skip
    save(folder, made, {"languages": ["hindi"], "strata": trained.strata, "corpus": []})
    return folder


@pytest.fixture(scope="module")
def texts():
    chance = random.Random(7)
    letters = sorted(set("".join(LINES))) + list("\u200c\u200d ़ A1१೧\n\t👩।'s")
    made = ["".join(chance.choices(letters, k=chance.randrange(1, 30))) for _ in range(2000)]
    return [*(text for text in GOLDEN if "<|" not in text), *LINES, *made]


@pytest.fixture(scope="module")
def expected(artifact, texts):
    return list(map(load(artifact).encode_ordinary, texts))


def test_tiktoken(artifact, texts, expected):
    meta = json.loads((artifact / "meta.json").read_text(encoding="utf-8"))
    lines = (artifact / "ranks.tiktoken").read_text().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in map(str.split, lines)}
    enc = tiktoken.Encoding(
        "tiny", pat_str=meta["pat_str"], mergeable_ranks=ranks, special_tokens=meta["special_tokens"]
    )
    assert list(map(enc.encode_ordinary, texts)) == expected
    assert enc.n_vocab == meta["n_vocab"]


def test_tokenizers(artifact, texts, expected):
    loaded = Tokenizer.from_file(str(artifact / "tokenizer.json"))
    assert [one.ids for one in loaded.encode_batch(texts)] == expected
    assert [loaded.decode(ids) for ids in expected] == texts


@pytest.mark.parametrize("kind", [AutoTokenizer, PreTrainedTokenizerFast])
def test_transformers(artifact, texts, expected, kind):
    loaded = kind.from_pretrained(artifact)
    assert loaded(texts)["input_ids"] == expected
    assert loaded.eos_token == "<|endoftext|>"


def test_node(artifact, texts, expected):
    script = """
        import { AutoTokenizer, env } from "@huggingface/transformers";
        import { readFileSync } from "node:fs";
        const [root, name] = process.argv.slice(-2);
        env.allowRemoteModels = false;
        env.localModelPath = root;
        const enc = await AutoTokenizer.from_pretrained(name);
        const texts = JSON.parse(readFileSync(0, "utf8"));
        console.log(JSON.stringify(texts.map((t) => enc.encode(t, { add_special_tokens: false }))));
    """
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script, str(artifact.parent) + "/", artifact.name],
        input=json.dumps(texts), cwd=HERE / "node", capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected


def test_golden_ids_are_the_artifacts(artifact):
    enc = load(artifact)
    golden = json.loads((artifact / "golden.json").read_text(encoding="utf-8"))
    assert [enc.encode_ordinary(one["text"]) for one in golden] == [one["ids"] for one in golden]


def test_saving_twice_gives_the_same_bytes(artifact, tmp_path):
    meta = json.loads((artifact / "meta.json").read_text(encoding="utf-8"))
    save(tmp_path, load(artifact), {key: meta[key] for key in ("languages", "strata", "corpus")})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        p.name: p.read_bytes() for p in artifact.iterdir()
    }


def test_a_damaged_artifact_is_said(artifact, tmp_path):
    for path in artifact.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "ranks.tiktoken").write_bytes(b"AA== 0\n")
    with pytest.raises(ArtifactError, match="damaged"):
        load(tmp_path)
    (tmp_path / "ranks.tiktoken").unlink()
    with pytest.raises(ArtifactError, match="missing"):
        load(tmp_path)
    with pytest.raises(ArtifactError, match="no artifact 'tamizh'"):
        load("tamizh")

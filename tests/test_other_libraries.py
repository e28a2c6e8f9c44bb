"""An artifact's folder alone gives the same ids in tiktoken, tokenizers, transformers and Node."""

import base64
import json
import subprocess
from pathlib import Path

import pytest
import tiktoken
from tokenizers import Tokenizer
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from tests.hard_strings import hard_strings
from tokenizer import to_tiktoken
from tokenizer.encoding import Encoding
from tokenizer.files import ARTIFACTS, GOLDEN, ArtifactError, export, load, save
from tokenizer.patterns import INDIC_PHRASES
from tokenizer.training import Options, train

HERE = Path(__file__).resolve().parent
LINES = ["यह हिन्दी भाषा है।", "हिन्दी में पुस्तक के लिए", "ಇದು ಕನ್ನಡ ಭಾಷೆ.", "ಕನ್ನಡ ಪುಸ್ತಕ", "क्षत्रिय स्त्री के लिए है।"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
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


@pytest.fixture(scope="module", params=["tiny", "hindi", "kannada", "hindi-kannada"])
def artifact(request, tiny):
    return tiny if request.param == "tiny" else ARTIFACTS / request.param


@pytest.fixture(scope="module")
def enc(artifact):
    return load(artifact)


TEXTS = [*GOLDEN, *LINES, *hard_strings(3000)]


@pytest.fixture(scope="module")
def ordinary(enc):
    """The ids where <|endoftext|> in a text is text."""
    return list(map(enc.encode_ordinary, TEXTS))


@pytest.fixture(scope="module")
def special(enc):
    """The ids where <|endoftext|> in a text is the special token, as other libraries read it by default."""
    return [enc.encode(text, allowed_special="all") for text in TEXTS]


def test_the_texts_tell_the_two_apart(ordinary, special):
    assert sum(a != b for a, b in zip(ordinary, special, strict=True)) > 100


def from_the_folder_alone(artifact):
    meta = json.loads((artifact / "meta.json").read_text(encoding="utf-8"))
    lines = (artifact / "ranks.tiktoken").read_text().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in map(str.split, lines)}
    return tiktoken.Encoding(
        "x", pat_str=meta["pat_str"], mergeable_ranks=ranks, special_tokens=meta["special_tokens"]
    )


@pytest.mark.parametrize("made", [from_the_folder_alone, lambda artifact: to_tiktoken(load(artifact))])
def test_tiktoken(artifact, enc, ordinary, special, made):
    other = made(artifact)
    assert other.encode_ordinary_batch(TEXTS) == ordinary
    assert other.encode_batch(TEXTS, allowed_special="all") == special
    assert other.n_vocab == enc.n_vocab == other.eot_token + 1


def test_tokenizers(artifact, ordinary, special):
    loaded = Tokenizer.from_file(str(artifact / "tokenizer.json"))
    assert [one.ids for one in loaded.encode_batch(TEXTS)] == special
    loaded.encode_special_tokens = True
    assert [one.ids for one in loaded.encode_batch(TEXTS)] == ordinary
    assert loaded.decode_batch(ordinary, skip_special_tokens=False) == TEXTS


@pytest.fixture(scope="module", params=[AutoTokenizer, PreTrainedTokenizerFast])
def loaded(request, artifact):
    return request.param.from_pretrained(artifact)


def test_transformers(loaded, enc, ordinary, special):
    assert loaded(TEXTS)["input_ids"] == special
    assert loaded(TEXTS, split_special_tokens=True)["input_ids"] == ordinary
    for clean in ({}, {"clean_up_tokenization_spaces": False}, {"clean_up_tokenization_spaces": True}):
        assert [loaded.decode(ids, **clean) for ids in ordinary] == TEXTS
    assert (loaded.bos_token, loaded.eos_token, loaded.pad_token) == ("<|endoftext|>",) * 3
    assert len(loaded) == enc.n_vocab
    assert loaded.model_max_length >= 10**9  # a tokenizer has no limit; a model has


def test_transformers_saves_and_loads_it(loaded, ordinary, tmp_path):
    loaded.save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    assert again(TEXTS, split_special_tokens=True)["input_ids"] == ordinary
    assert again.pad_token == "<|endoftext|>"


def test_transformers_offsets_are_where_the_tokens_are(loaded, enc):
    made = loaded(TEXTS, return_offsets_mapping=True, split_special_tokens=True)
    for text, ids, offsets in zip(TEXTS, made["input_ids"], made["offset_mapping"], strict=True):
        for token, (start, end) in zip(ids, offsets, strict=True):
            assert enc.decode_single_token_bytes(token) in text[start:end].encode()
        if text:
            assert (offsets[0][0], offsets[-1][1]) == (0, len(text))


def test_transformers_pads_a_batch(loaded):
    made = loaded(["क", "हिन्दी ಕನ್ನಡ"], padding=True, return_tensors="np")
    first, second = map(int, made["attention_mask"].sum(axis=1))
    assert first < second == made["input_ids"].shape[1]
    assert loaded.decode(made["input_ids"][0][:first]) == "क"
    assert set(made["input_ids"][0][first:]) == {loaded.eos_token_id}


def test_node(artifact, enc, ordinary, special):
    script = """
        import { AutoTokenizer, env } from "@huggingface/transformers";
        import { readFileSync } from "node:fs";
        const [root, name] = process.argv.slice(-2);
        env.allowRemoteModels = false;
        env.localModelPath = root;
        const enc = await AutoTokenizer.from_pretrained(name);
        const { texts, ordinary } = JSON.parse(readFileSync(0, "utf8"));
        const ids = texts.map((t) => enc.encode(t, { add_special_tokens: false }));
        const back = ordinary.map((one) => (one.length ? enc.decode(one) : ""));
        const padded = enc(["क", "हिन्दी ಕನ್ನಡ"], { padding: true }).input_ids.dims;
        console.log(JSON.stringify({ ids, back, padded }));
    """
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script, str(artifact.parent) + "/", artifact.name],
        input=json.dumps({"texts": TEXTS, "ordinary": ordinary}), cwd=HERE / "node",
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["ids"] == special
    assert answer["back"] == TEXTS
    assert answer["padded"] == [2, len(enc.encode_ordinary("हिन्दी ಕನ್ನಡ"))]


def test_what_is_shipped_is_what_would_be_exported(artifact, enc, tmp_path):
    export(tmp_path, enc)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / name).read_bytes() == (artifact / name).read_bytes()


def test_golden_ids_are_the_artifacts(artifact, enc):
    golden = json.loads((artifact / "golden.json").read_text(encoding="utf-8"))
    assert [enc.encode_ordinary(one["text"]) for one in golden] == [one["ids"] for one in golden]


def test_saving_twice_gives_the_same_bytes(tiny, tmp_path):
    meta = json.loads((tiny / "meta.json").read_text(encoding="utf-8"))
    save(tmp_path, load(tiny), {key: meta[key] for key in ("languages", "strata", "corpus")})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        p.name: p.read_bytes() for p in tiny.iterdir()
    }


def test_a_damaged_artifact_is_said(tiny, tmp_path):
    for path in tiny.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "ranks.tiktoken").write_bytes(b"AA== 0\n")
    with pytest.raises(ArtifactError, match="damaged"):
        load(tmp_path)
    (tmp_path / "ranks.tiktoken").unlink()
    with pytest.raises(ArtifactError, match="missing"):
        load(tmp_path)
    with pytest.raises(ArtifactError, match="no artifact 'tamizh'"):
        load("tamizh")

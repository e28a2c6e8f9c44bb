"""The artifact folders in environments that have one other library and nothing of ours.

Needs a package index. `python -m benchmarks.clean_install`
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ARTIFACTS = Path(__file__).resolve().parent.parent / "artifacts"

TIKTOKEN = """
import json, sys, tiktoken, tiktoken.load
meta = json.load(open(sys.argv[1] + "/meta.json", encoding="utf-8"))
ranks = tiktoken.load.load_tiktoken_bpe(sys.argv[1] + "/ranks.tiktoken", meta["ranks_sha256"])
encode = tiktoken.Encoding(
    meta["name"], pat_str=meta["pat_str"], mergeable_ranks=ranks, special_tokens=meta["special_tokens"]
).encode_ordinary
"""

TRANSFORMERS = """
import sys
from transformers import AutoTokenizer, PreTrainedTokenizerFast
auto, fast = (kind.from_pretrained(sys.argv[1]) for kind in (AutoTokenizer, PreTrainedTokenizerFast))
def encode(text):
    ids = auto(text, split_special_tokens=True)["input_ids"]
    assert fast(text, split_special_tokens=True)["input_ids"] == ids
    assert auto.decode(ids) == text
    return ids
"""

TOKENIZERS = """
import sys
from tokenizers import Tokenizer
made = Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
made.encode_special_tokens = True
encode = lambda text: made.encode(text).ids
"""

# What is installed, the newest and the oldest that works, and how an artifact is loaded with it.
CHECKS = {
    "tiktoken": TIKTOKEN,
    "tiktoken==0.12.0": TIKTOKEN,
    "transformers": TRANSFORMERS,
    "transformers==4.46.3": TRANSFORMERS,
    "tokenizers": TOKENIZERS,
    "tokenizers==0.20.3": TOKENIZERS,
}

COMPARE = """
import json, pathlib
golden = json.loads((pathlib.Path(sys.argv[1]) / "golden.json").read_text(encoding="utf-8"))
for one in golden:
    assert list(encode(one["text"])) == one["ids"], one
print(len(golden), "texts with the same ids")
"""


def main() -> None:
    """Make one environment after another; exit code 1 at the first that gives other ids."""
    for library, script in CHECKS.items():
        with tempfile.TemporaryDirectory() as folder:
            venv.create(folder, with_pip=True)
            python = str(Path(folder) / "bin" / "python")
            subprocess.run([python, "-m", "pip", "install", "-qq", library], check=True)
            for artifact in sorted(path.parent for path in ARTIFACTS.glob("*/golden.json")):
                done = subprocess.run(
                    [python, "-c", script + COMPARE, str(artifact)],
                    cwd=folder,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                print(f"{library}, {artifact.name}: {(done.stdout or done.stderr).strip()}", flush=True)
                if done.returncode:
                    sys.exit(1)


if __name__ == "__main__":
    main()

"""The artifact folders in environments that have one other library and nothing of ours.

Needs a package index. `python -m benchmarks.clean_install`
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ARTIFACTS = Path(__file__).resolve().parent.parent / "artifacts"

CHECKS = {
    "tiktoken": """
import base64, json, pathlib, sys, tiktoken
folder = pathlib.Path(sys.argv[1])
meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
ranks = {base64.b64decode(t): int(r) for t, r in map(str.split, (folder / "ranks.tiktoken").open())}
enc = tiktoken.Encoding(meta["name"], pat_str=meta["pat_str"], mergeable_ranks=ranks, special_tokens=meta["special_tokens"])
encode = enc.encode_ordinary
""",
    "transformers": """
import sys
from transformers import AutoTokenizer
made = AutoTokenizer.from_pretrained(sys.argv[1])
encode = lambda text: made(text, split_special_tokens=True)["input_ids"]
""",
    "tokenizers": """
import sys
from tokenizers import Tokenizer
made = Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
made.encode_special_tokens = True
encode = lambda text: made.encode(text).ids
""",
}

COMPARE = """
import json, pathlib
golden = json.loads((pathlib.Path(sys.argv[1]) / "golden.json").read_text(encoding="utf-8"))
for one in golden:
    assert list(encode(one["text"])) == one["ids"], one
print(len(golden), "texts with the same ids")
"""


def main() -> None:
    for library, script in CHECKS.items():
        with tempfile.TemporaryDirectory() as folder:
            venv.create(folder, with_pip=True)
            python = str(Path(folder) / "bin" / "python")
            subprocess.run(
                [python, "-m", "pip", "install", "--quiet", library], check=True, stderr=subprocess.DEVNULL
            )
            for artifact in sorted(path.parent for path in ARTIFACTS.glob("*/golden.json")):
                done = subprocess.run(
                    [python, "-c", script + COMPARE, str(artifact)],
                    cwd=folder,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                print(f"{library}, {artifact.name}: {(done.stdout or done.stderr).strip()}")
                if done.returncode:
                    sys.exit(1)


if __name__ == "__main__":
    main()

"""The API and the MCP tools over HTTP, with the real clients; wrong requests get a plain message."""

import asyncio
import inspect
import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from gradio_client import Client
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

from space import api
from space.choose import MAX_CHARACTERS
from tests.hard_strings import FIXED
from tests.server import running
from tokenizer import baseline, load, measure

TEXT = "हिन्दी में क्षत्रिय <|endoftext|>"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False)


def post(address: str, name: str, data: object) -> tuple[int, str]:
    request = urllib.request.Request(
        f"{address}gradio_api/run/{name}", json.dumps(data).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_tokenize_is_what_the_library_says(client: Client) -> None:
    for text in [TEXT, *FIXED]:
        got = client.predict(text=text, tokenizer="hindi", api_name="/tokenize")
        enc = load("hindi")
        assert got["ids"] == enc.encode_ordinary(text)
        assert got["lossless"]
        assert (got["tokens"], got["characters"], got["bytes"]) == (
            len(got["ids"]),
            len(text),
            len(text.encode()),
        )


def test_compare_is_what_the_libraries_say(client: Client) -> None:
    got = client.predict(text=TEXT, api_name="/compare")
    expected = {"hindi": load("hindi")} | {n: baseline(n) for n in ("gpt2", "cl100k_base", "o200k_base")}
    assert {row["tokenizer"]: row["tokens"] for row in got["results"]} == {
        name: measure(enc, [TEXT]).tokens for name, enc in expected.items()
    }


def test_decode_gives_the_text_back(client: Client) -> None:
    for name in ("hindi", "kannada", "hindi-kannada", "o200k_base"):
        enc = baseline(name) if "_" in name else load(name)
        got = client.predict(ids=enc.encode_ordinary(TEXT), tokenizer=name, api_name="/decode")
        assert got == {"text": TEXT, "whole_characters": True, "bytes": len(TEXT.encode())}
    assert client.predict(ids=[0xE0], tokenizer="hindi", api_name="/decode")["whole_characters"] is False


def test_the_vocabulary_is_found_by_text_id_and_bytes(client: Client) -> None:
    rank = load("hindi").encode_single_token(" भारत")
    for query in ("भारत", str(rank), "0x" + " भारत".encode().hex()):
        got = client.predict(query=query, tokenizer="hindi", api_name="/vocabulary")
        assert rank in [entry["id"] for entry in got["entries"]]
        assert got["matches"] >= len(got["entries"])
    assert client.predict(query="zzzzz", tokenizer="hindi", api_name="/vocabulary")["matches"] == 0


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("tokenize", ["क", "klingon"], "no tokenizer 'klingon'"),
        ("tokenize", [5, "hindi"], "must be a string"),
        ("tokenize", ["क" * (MAX_CHARACTERS + 1), "hindi"], "at most 100,000"),
        ("tokenize", ["a\ud800", "hindi"], "unpaired surrogate"),
        ("compare", ["a\udfff"], "unpaired surrogate"),
        ("decode", [[4999], "hindi"], "4999 is no token of hindi: ids go from 0 to 4998"),
        ("decode", [[-1], "hindi"], "-1 is no token"),
        ("decode", [[1.5], "hindi"], "whole numbers"),
        ("decode", [["1"], "hindi"], "whole numbers"),
        ("decode", [[True], "hindi"], "whole numbers"),
        ("decode", ["12", "hindi"], "whole numbers"),
        ("decode", [[10**30], "o200k_base"], "is no token"),
        ("vocabulary", ["क", "../../etc"], "no tokenizer"),
        ("vocabulary", [None, "hindi"], "must be a string"),
    ],
)  # fmt: skip
def test_a_wrong_request_gets_a_plain_message(address: str, name: str, data: object, says: str) -> None:
    status, body = post(address, name, {"data": data})
    assert status >= 400
    assert says in json.loads(body)["error"]
    assert "Traceback" not in body


@pytest.mark.parametrize("body", [{}, {"data": []}, {"data": "x"}, [], "x"])
def test_a_malformed_request_gets_no_stack_trace(address: str, body: object) -> None:
    status, answer = post(address, "tokenize", body)
    assert status >= 400
    assert "Traceback" not in answer
    assert "/tokenizer/" not in answer


def test_only_the_named_endpoints_are_public(client: Client) -> None:
    named = client.view_api(return_format="dict", print_info=False)
    assert set(named["named_endpoints"]) == {"/tokenize", "/compare", "/decode", "/vocabulary"}
    assert named["unnamed_endpoints"] == {}


ARGUMENTS = {
    "tokenize": {"text": TEXT, "tokenizer": "hindi"},
    "compare": {"text": TEXT},
    "decode": {"ids": [1, 2], "tokenizer": "hindi"},
    "vocabulary": {"query": "भारत", "tokenizer": "hindi"},
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_what_goes_in_and_comes_out_is_typed_and_true(client: Client, name: str) -> None:
    described = client.view_api(return_format="dict", print_info=False)["named_endpoints"][f"/{name}"]
    assert {one["parameter_name"] for one in described["parameters"]} == set(ARGUMENTS[name])
    assert all("type" in one["type"] for one in described["parameters"])
    promised = described["returns"][0]["type"]["properties"]
    got = client.predict(**ARGUMENTS[name], api_name=f"/{name}")
    assert set(got) == set(promised)
    kinds = {"string": str, "integer": int, "number": float, "boolean": bool, "array": list, "object": dict}
    for key, value in got.items():
        assert type(value) is kinds[promised[key]["type"]], key


def test_each_endpoint_is_an_mcp_tool(address: str) -> None:
    async def talk() -> tuple[dict[str, str], str]:
        async with (
            streamablehttp_client(f"{address}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            name = next(tool.name for tool in tools if tool.name.endswith("tokenize"))
            answer = await session.call_tool(name, {"text": TEXT, "tokenizer": "hindi"})
            return {tool.name: tool.description or "" for tool in tools}, answer.content[0].text  # type: ignore[union-attr]

    tools, answer = asyncio.run(talk())
    assert {name.rsplit("_", 1)[-1] for name in tools} == {"tokenize", "compare", "decode", "vocabulary"}
    for name, text in tools.items():
        says = inspect.getdoc(getattr(api, name.rsplit("_", 1)[-1])) or ""
        assert says.splitlines()[0] in text
        assert says.split("Returns:\n")[1].strip() in text
    assert str(load("hindi").encode_ordinary(TEXT)[0]) in answer


@pytest.mark.parametrize(
    "path",
    [
        "gradio_api/file=/etc/passwd", "gradio_api/file=artifacts/hindi/meta.json", "gradio_api/file=../README.md",
        "gradio_api/file=app.py", "file=/etc/passwd", "static/../app.py", "static/%2e%2e/app.py",
        "gradio_api/file=%2fetc%2fpasswd", "theme.css/../../app.py", "monitoring", "gradio_api/monitoring",
        "assets/..%2f..%2fapp.py", "gradio_api/file=file:///etc/passwd", "gradio_api/file=http://127.0.0.1/",
    ],
)  # fmt: skip
def test_no_file_is_reachable(address: str, path: str) -> None:
    try:
        with urllib.request.urlopen(address + path, timeout=10) as answer:
            status, body = answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read().decode("utf-8", "replace")
    assert status in (200, 400, 403, 404, 405)  # 200 is the page itself
    for secret in ("root:", "from space.page", '"ranks_sha256"'):
        assert secret not in body

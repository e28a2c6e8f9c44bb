"""One token under the glass: what it is, and the merges that made it."""

import unicodedata
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from space.choose import available, ours
from space.lookup import entries
from space.render import alone, language_of, parts
from space.steps import Tree, merge_tree, ranks_of
from space.words import LANGUAGES, say
from tokenizer import baseline
from tokenizer.baselines import BASELINES

AT_ONCE = 6  # tokens that share one akshara: more are only counted
LONGEST = 40  # characters of the shared text

SCRIPT = (Path(__file__).resolve().parent / "inspector.js").read_text(encoding="utf-8")

# An akshara that tokens share: its text, the first and the last of them, counted from one.
Shared = tuple[str, int, int]


async def inspect(
    tokenizer: str, ids: list[int], at: int, shared: list[Any] | None, trees: bool, language: str
) -> str:
    """Tokens that stand side by side in a text, as HTML: what each is, and its merge tree if asked for.

    `at` is the place of the first, counted from one; `shared` the aksharas they share with others, or None
    where the text is not known.
    """
    try:
        tokens = _tokens(tokenizer, ids)
        cut = None if shared is None else [_shared(*one) for one in shared[:2]]
        place = int(at)
    except (KeyError, OverflowError, TypeError, ValueError):
        raise gr.Error("There is no such token.", print_exception=False) from None
    language = language if language in tuple(LANGUAGES) else "en"
    drawn = []
    for here, (id_, token) in enumerate(zip(ids, tokens, strict=True), place):
        own = None if cut is None else [one for one in cut if one[1] <= here <= one[2]]
        drawn.append(facts(tokenizer, id_, token, here, own, language))
        if trees:
            drawn.append(draw_tree(tokenizer, token, language))
    if trees:
        close = escape(say(language, "Close"))
        drawn.insert(0, f'<form method="dialog"><button aria-label="{close}">✕</button></form>')
    else:
        drawn.append(
            f'<p class="note">{escape(say(language, "Click or press Enter for the merge tree"))}</p>'
        )
    return "".join(drawn)


def _tokens(tokenizer: str, ids: list[int]) -> list[bytes]:
    if tokenizer not in (*BASELINES, *available()) or not 0 < len(ids) <= AT_ONCE:
        raise ValueError
    encoding: Any = baseline(tokenizer) if tokenizer in BASELINES else ours(tokenizer)
    tokens = [encoding.decode_single_token_bytes(id_) for id_ in ids]
    ranks = ranks_of(tokenizer)
    if not all(token in ranks for token in tokens):
        raise ValueError  # a special token, which no text becomes
    return tokens


def _shared(text: str, first: int, last: int) -> Shared:
    return str(text)[:LONGEST].encode("utf-8", "replace").decode(), int(first), int(last)


def facts(
    tokenizer: str, id_: int, token: bytes, place: int, shared: list[Shared] | None, language: str = "en"
) -> str:
    """A token's id, bytes, code points, stratum, and the aksharas it shares with others.

    >>> "DEVANAGARI VOWEL SIGN I" in facts("gpt2", 48077, "ि".encode(), 2, [("हि", 1, 2)])
    True
    """
    rows = [
        (say(language, "bytes"), f"<code>{_hexadecimal(token)}</code>"),
        (say(language, "code points"), _code_points(token, language)),
    ]
    if tokenizer not in BASELINES:
        rows.append((say(language, "stratum"), escape(say(language, stratum(tokenizer, id_)))))
    if shared is not None:
        rows.append((say(language, "akshara"), _splits(shared, language)))
    table = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{value}</td></tr>' for name, value in rows)
    where = escape(say(language, "token {place} · id {id}", place=place, id=id_))
    return (
        f'<p class="who"><b{language_of(token.decode("utf-8", "ignore"))}>{alone(token)}</b><span>{where}</span></p>'
        f'<table class="facts"><tbody>{table}</tbody></table>'
    )


def stratum(tokenizer: str, id_: int) -> str:
    """The stratum of one of our entries.

    >>> stratum("hindi", 65)
    'bytes'
    """
    return entries(tokenizer)[id_].stratum


def _hexadecimal(token: bytes) -> str:
    return token.hex(" ").upper()


def _code_points(token: bytes, language: str) -> str:
    named = []
    for part in parts(token):
        if isinstance(part, bytes):
            named.append(escape(say(language, _fragment(part), bytes=_hexadecimal(part))))
        else:
            named += [f"U+{ord(c):04X} {escape(unicodedata.name(c, _control(c, language)))}" for c in part]
    return "<br>".join(named)


def _fragment(part: bytes) -> str:
    return (
        "{bytes}: the rest of a character"
        if part[0] & 0xC0 == 0x80
        else "{bytes}: the beginning of a character"
    )


def _control(character: str, language: str) -> str:
    return say(language, "control character" if unicodedata.category(character) == "Cc" else "without a name")


def _splits(shared: list[Shared], language: str) -> str:
    if not shared:
        return escape(say(language, "begins and ends between aksharas"))
    return "<br>".join(
        escape(
            say(
                language,
                "cuts {akshara}, which tokens {first} to {last} share",
                akshara="\0",
                first=i,
                last=j,
            )
        ).replace("\0", f"<b{language_of(text)}>{escape(text)}</b>")
        for text, i, j in shared
    )


def draw_tree(tokenizer: str, token: bytes, language: str = "en") -> str:
    """A merge tree from the token down to its bytes, and its merges as a list.

    >>> draw_tree("hindi", "ह".encode()).count("<li")
    2
    """
    tree, steps = merge_tree(ranks_of(tokenizer), token)
    if not steps:
        return f'<p class="note">{escape(say(language, "A single byte: nothing was merged."))}</p>'
    drawn = "".join(_boxes(tree, 1, 1, _height(tree) + 1))
    label = escape(say(language, "Merge tree: the token above, its bytes below, the rank of each merge"))
    told = "".join(f"<li>{step_in_words(tokenizer, step, language)}</li>" for step in steps)
    whole = ""
    if len(tree.parts) > 2:
        note = say(language, "The last step is no merge: a piece that is an entry is looked up whole.")
        whole = f'<p class="note">{escape(note)}</p>'
    return (
        f'<div class="tree-scroll" tabindex="0" role="region" aria-label="{label}"><div class="tree">{drawn}</div></div>'
        f"{whole}<details><summary>{escape(say(language, 'The {n} merges in order', n=len(steps)))}</summary>"
        f"<ol>{told}</ol></details>"
    )


def step_in_words(tokenizer: str, step: Tree, language: str = "en") -> str:
    """A merge as a sentence: what was joined to what, its rank and, in ours, its stratum.

    >>> step_in_words("gpt2", Tree(b"ab", 397, (Tree(b"a", 64, ()), Tree(b"b", 65, ()))))
    '<span>a</span> + <span>b</span> → <b>ab</b>, rank 397'
    """
    left, right = (
        f"<span{language_of(p.token.decode('utf-8', 'ignore'))}>{alone(p.token)}</span>" for p in step.parts
    )
    made = f"<b{language_of(step.token.decode('utf-8', 'ignore'))}>{alone(step.token)}</b>"
    told = say(language, "rank {rank}", rank=f"{step.rank:,}")
    if tokenizer not in BASELINES:
        told += ", " + say(language, stratum(tokenizer, step.rank))
    return f"{left} + {right} → {made}, {escape(told)}"


def _height(tree: Tree) -> int:
    return 1 + max(map(_height, tree.parts)) if tree.parts else 0


def _boxes(tree: Tree, row: int, column: int, rows: int) -> list[str]:
    """A box for each entry: as wide as its bytes, from under its parent down to its own parts."""
    end = rows - _height(tree) + 1
    kind = (
        "byte"
        if not tree.parts
        else "frag"
        if any(isinstance(p, bytes) for p in parts(tree.token))
        else "text"
    )
    name = alone(tree.token) if tree.parts else f"<code>{tree.token[0]:02X}</code>"
    rank = f"<small>{tree.rank:,}</small>" if tree.parts else ""
    made = [
        f'<span class="{kind}" style="grid-area:{row}/{column}/{end}/{column + len(tree.token)}"'
        f"{language_of(tree.token.decode('utf-8', 'ignore'))}><span>{name}</span>{rank}</span>"
    ]
    for part in tree.parts:
        made += _boxes(part, end, column, rows)
        column += len(part.token)
    return made


def build() -> None:
    """The glass and the sheet for trees, once a page: the script puts them where a token is pointed at."""
    gr.HTML(
        '<div class="peek" role="status" hidden></div>'
        '<dialog class="sheet" aria-labelledby="looked-at"></dialog>',
        js_on_load=SCRIPT, elem_id="inspector", padding=False,
    )  # fmt: skip
    gr.api(inspect, api_name="inspect", queue=False, api_visibility="undocumented")  # type: ignore[attr-defined]

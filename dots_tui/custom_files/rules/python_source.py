"""Python source as the instance's Python reads it: parsed here, and held against what an older one can."""

from __future__ import annotations

import ast
import io
import sys
import threading
import tokenize
import warnings
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import decode_source
from typing import NamedTuple

from dots_tui.custom_files.folder import REWARD_FUNCTION

SIMAPP_5, SIMAPP_6 = (3, 8), (3, 12)
"""The Python of the simulation: Ubuntu 20.04's up to simapp 5, Ubuntu 24.04's from 6 on."""
_warnings_lock = threading.Lock()
_NEWER_MODULES = {"tomllib": "3.11", "zoneinfo": "3.9", "graphlib": "3.9"}
_NEWER_NAMES = {
    ("math", "lcm"): "3.9",
    ("math", "nextafter"): "3.9",
    ("math", "ulp"): "3.9",
    ("math", "cbrt"): "3.11",
    ("math", "exp2"): "3.11",
    ("math", "sumprod"): "3.12",
    ("itertools", "pairwise"): "3.10",
    ("itertools", "batched"): "3.12",
    ("functools", "cache"): "3.9",
    ("statistics", "correlation"): "3.10",
    ("random", "randbytes"): "3.9",
    ("random", "binomialvariate"): "3.12",
}
_NEWER_METHODS = {"removeprefix": "3.9", "removesuffix": "3.9"}
_GENERIC = {"list", "dict", "tuple", "set", "frozenset", "type"}


class Newer(NamedTuple):
    """Something an older Python does not have."""

    line: int
    what: str
    since: str


MOST_BYTES, MOST_BRACES = 256 << 10, 20_000
"""A reward function beyond these is not taken apart: before 3.12 Python's parser needs minutes for such f-strings."""


class TooMuch(ValueError):
    """The source is too large to be looked into while somebody types; the message says how large."""


@lru_cache(maxsize=4)
def parse(data: bytes) -> ast.Module:
    """The module in ``data``, compiled to the end: some errors are found after parsing only. Not to be changed.

    Raises TooMuch, and what the compiler raises.

    Warnings are silenced because they would be printed over the screen; their filters are global, hence the lock.
    """
    if len(data) > MOST_BYTES:
        raise TooMuch(f"it has {len(data) >> 10} KiB, and up to {MOST_BYTES >> 10} KiB are looked into")
    if data.count(b"{") > MOST_BRACES:
        raise TooMuch(f"it has more than {MOST_BRACES:,} braces")
    source = decode_source(data)
    with _warnings_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = compile(source, REWARD_FUNCTION, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        assert isinstance(tree, ast.Module)
        compile(tree, REWARD_FUNCTION, "exec", dont_inherit=True)
    return tree


def python_of(simapp: tuple[int, ...]) -> tuple[int, int]:
    """The Python of a simapp version; the newest for one that is not known."""
    return SIMAPP_5 if simapp and simapp[0] < 6 else SIMAPP_6


def newer_than(version: tuple[int, int], data: bytes, tree: ast.Module) -> Iterator[Newer]:
    """What Python *version* cannot read or does not have; of the syntax the first only."""
    source = decode_source(data)
    try:
        with _warnings_lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source, REWARD_FUNCTION, feature_version=version)
    except SyntaxError as error:
        yield Newer(error.lineno or 0, (error.msg or "this syntax").split(" is only")[0].split(" are only")[0], "")
        return
    if version < (3, 12):
        yield from _new_f_strings(source)
    found = [*_annotations(tree), *_names(tree)]
    yield from (one for one in found if tuple(map(int, one.since.split("."))) > version)


def _new_f_strings(source: str) -> Iterator[Newer]:
    """f-strings with the same quotes, a backslash or a comment inside: 3.12 reads them, older ones do not."""
    start, end = getattr(tokenize, "FSTRING_START", None), getattr(tokenize, "FSTRING_END", None)
    if start is None:  # then this Python does not read them either
        return
    quotes: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            inside = bool(quotes)
            if token.type in (start, tokenize.STRING) and inside:
                quote = _quote(token.string)
                if any(quote[0] == outer[0] and len(quote) >= len(outer) for outer in quotes) or "\\" in token.string:
                    yield Newer(token.start[0], "such quotes or a backslash within an f-string", "3.12")
                    return
            if token.type == tokenize.COMMENT and inside:
                yield Newer(token.start[0], "a comment within an f-string", "3.12")
                return
            if token.type == start:
                quotes.append(_quote(token.string))
            elif token.type == end:
                quotes.pop()
    except (tokenize.TokenError, IndentationError):
        return


def _quote(string: str) -> str:
    bare = string.lstrip("rRbBuUfF")
    return bare[:3] if bare[:3] in ('"""', "'" * 3) else bare[:1]


def _annotations(tree: ast.Module) -> Iterator[Newer]:
    """``X | Y`` and ``list[int]`` where they are worked out: an older Python raises TypeError for them."""
    later = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(a.name == "annotations" for a in node.names)
        for node in tree.body
    )
    if later:
        return
    for node in ast.walk(tree):
        hints: list[ast.expr | None] = []
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
            hints = [node.returns, *(one.annotation for one in every if one is not None)]
        elif isinstance(node, ast.AnnAssign):
            hints = [node.annotation]
        for hint in hints:
            for part in ast.walk(hint) if hint is not None else ():
                if isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr):
                    yield Newer(part.lineno, "X | Y as a type", "3.10")
                elif isinstance(part, ast.Subscript) and getattr(part.value, "id", "") in _GENERIC:
                    yield Newer(part.lineno, f"{getattr(part.value, 'id', '')}[...] as a type", "3.9")


def _names(tree: ast.Module) -> Iterator[Newer]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in _NEWER_MODULES:
                    yield Newer(node.lineno, f"the module {alias.name}", _NEWER_MODULES[alias.name])
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                since = _NEWER_NAMES.get((node.module or "", alias.name))
                if since:
                    yield Newer(node.lineno, f"{node.module}.{alias.name}", since)
        elif isinstance(node, ast.Attribute):
            since = _NEWER_NAMES.get((getattr(node.value, "id", ""), node.attr)) or _NEWER_METHODS.get(node.attr)
            if since:
                yield Newer(node.lineno, f"{ast.unparse(node)}", since)


def is_older_here(version: tuple[int, int]) -> bool:
    """Whether this program's own Python is older than *version*: then it may not read what that one can."""
    return sys.version_info[:2] < version

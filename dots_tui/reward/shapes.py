"""Values of foreign JSON made into dataclasses, or refused: every field has the type that the class declares."""

from __future__ import annotations

import ast
import json
import math
import sys
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

DEEPEST = 32
_MOST_DIGITS = 20
_LARGEST = 1e15
_MOST_TEXT = 20_000
_PLAIN = {"str": str, "int": int, "float": float, "bool": bool, "Any": object}


class WrongShape(ValueError):
    """A value that is not what it should be."""


def parse(line: bytes) -> Any:
    """The value of a line of JSON. Raises WrongShape also for deep nesting, long numbers and numbers that are none."""
    try:
        value = json.loads(line, parse_int=_integer, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise WrongShape(str(error)[:200]) from None
    _check_depth(value, DEEPEST)
    return value


def build(kind: type[T], value: Any, owner: str) -> T:
    """A dataclass from a mapping of its fields; *owner* is the module whose names its annotations use."""
    if not isinstance(value, Mapping):
        raise WrongShape(f"{kind.__name__} is no object")
    known: Mapping[str, Field[Any]] = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    needed = {name for name, one in known.items() if one.default is MISSING and one.default_factory is MISSING}
    if not needed <= set(value) <= set(known):
        raise WrongShape(f"{kind.__name__} has other fields")
    module = kind.__module__
    return kind(**{name: _built(_parsed(str(known[name].type)), one, module, owner) for name, one in value.items()})


def _built(shape: ast.expr, value: Any, module: str, owner: str) -> Any:
    """*value* as the annotation says, with lists as tuples."""
    if isinstance(shape, ast.BinOp):
        if value is None and _is_none(shape.right):
            return None
        return _built(shape.left, value, module, owner)
    if isinstance(shape, ast.Subscript):
        return _built_of_parts(shape, value, module, owner)
    assert isinstance(shape, ast.Name), ast.dump(shape)
    if shape.id in _PLAIN:
        return _plain(shape.id, value)
    named = getattr(sys.modules[module], shape.id, None) or getattr(sys.modules[owner], shape.id)
    if is_dataclass(named):
        return build(named, value, owner)  # type: ignore[arg-type]
    if value not in named.__args__:  # a Literal
        raise WrongShape(f"{str(value)[:40]!r} is none of {shape.id}")
    return value


def _built_of_parts(shape: ast.Subscript, value: Any, module: str, owner: str) -> Any:
    assert isinstance(shape.value, ast.Name), ast.dump(shape)
    outer, inner = shape.value.id, shape.slice
    if outer == "Mapping":
        if not isinstance(value, dict):
            raise WrongShape("no object")
        return value
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if outer == "Literal":
        if value not in [part.value for part in parts if isinstance(part, ast.Constant)]:
            raise WrongShape(f"{str(value)[:40]!r} is not among the known words")
        return value
    if not isinstance(value, list):
        raise WrongShape("no list")
    if isinstance(parts[-1], ast.Constant) and parts[-1].value is Ellipsis:
        return tuple(_built(parts[0], one, module, owner) for one in value)
    if len(parts) != len(value):
        raise WrongShape("a list of another length")
    return tuple(_built(part, one, module, owner) for part, one in zip(parts, value))


def _plain(name: str, value: Any) -> Any:
    kind = _PLAIN[name]
    if kind is not object and type(value) is not kind and not (kind is float and type(value) is int):
        raise WrongShape(f"{type(value).__name__} instead of {name}")
    if kind is float and not math.isfinite(value):
        raise WrongShape("no finite number")
    if kind in (int, float) and abs(value) > _LARGEST:
        raise WrongShape("a number beyond all measure")
    if kind is str and len(value) > _MOST_TEXT:
        raise WrongShape("a text without end")
    return value


@cache
def _parsed(annotation: str) -> ast.expr:
    return ast.parse(annotation, mode="eval").body


def _is_none(shape: ast.expr) -> bool:
    return isinstance(shape, ast.Constant) and shape.value is None


def _check_depth(value: Any, left: int) -> None:
    if not left:
        raise WrongShape("nested too deep")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        if isinstance(one, (dict, list)):
            _check_depth(one, left - 1)


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise WrongShape("a number without end")
    return int(digits)


def _refuse(name: str) -> Any:
    raise WrongShape(f"{name} is no number")

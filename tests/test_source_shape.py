"""Limits on the shape of the source: sizes, names, cycles.

What exceeds a limit is listed with its size. A list only shrinks: an entry that is not needed, or is larger than the
code, fails too.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest

from tests import source_tree

LARGEST_CLASS, LARGEST_FILE, LARGEST_FUNCTION = 250, 400, 50

LARGE_CLASSES: dict[str, int] = {
    "CheckedInstance": 321,
    "DotsApp": 371,
    "EmbeddedInstance": 302,
}
LARGE_FUNCTIONS: dict[str, int] = {}
SHARED_NAMES: dict[str, int] = {}
NESTED: dict[str, int] = {
    "ui.splash": 1,
}
CALLBACKS: dict[str, int] = {}
TAKE_A_PANE: dict[str, int] = {}
CYCLES: dict[str, int] = {}


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return source_tree.modules()


def _only_known(found: Mapping[str, int], known: Mapping[str, int]) -> None:
    grown = {name: size for name, size in found.items() if size > known.get(name, 0)}
    assert not grown, f"larger than allowed, or new: {grown}"
    stale = {name: found.get(name, 0) for name, size in known.items() if size > found.get(name, 0)}
    assert not stale, f"smaller now; update or remove these entries: {stale}"


def _in_ui(trees: Mapping[str, ast.Module]) -> dict[str, ast.Module]:
    return {module: tree for module, tree in trees.items() if module == "ui" or module.startswith("ui.")}


def _above(sizes: Mapping[str, int], limit: int) -> dict[str, int]:
    return {name: size for name, size in sizes.items() if size > limit}


def test_classes_with_their_bases_are_small(trees: Mapping[str, ast.Module]) -> None:
    _only_known(_above(source_tree.class_sizes(trees), LARGEST_CLASS), LARGE_CLASSES)


def test_files_are_small() -> None:
    assert _above(source_tree.lines_by_file(), LARGEST_FILE) == {}


def test_functions_are_small(trees: Mapping[str, ast.Module]) -> None:
    _only_known(_above(source_tree.function_sizes(trees), LARGEST_FUNCTION), LARGE_FUNCTIONS)


def test_class_names_are_unique(trees: Mapping[str, ast.Module]) -> None:
    _only_known(source_tree.shared_names(trees), SHARED_NAMES)


def test_the_interface_nests_no_functions(trees: Mapping[str, ast.Module]) -> None:
    _only_known(source_tree.nested_functions(_in_ui(trees)), NESTED)


def test_the_interface_awaits_screens(trees: Mapping[str, ast.Module]) -> None:
    _only_known(source_tree.screen_callbacks(_in_ui(trees)), CALLBACKS)


def test_no_function_takes_a_pane(trees: Mapping[str, ast.Module]) -> None:
    _only_known(source_tree.takes_a_pane(trees), TAKE_A_PANE)


def test_modules_import_in_no_cycle(trees: Mapping[str, ast.Module]) -> None:
    _only_known({group[0]: len(group) for group in source_tree.import_cycles(trees)}, CYCLES)


SAMPLE = """
import dots_tui.b
class Small: pass
class Large(Small):
    def method(self, pane: StacksPane):
        def inner(): pass
        self.push_screen(inner, inner)
"""


def test_the_measurements_see_what_they_measure() -> None:
    trees = {"a": ast.parse(SAMPLE), "b": ast.parse("from dots_tui import a\nclass Small:\n    x = 1")}
    assert source_tree.class_sizes(trees) == {"Small": 2, "Large": 6}
    assert source_tree.shared_names(trees) == {"Small": 2}
    assert source_tree.nested_functions(trees) == {"a": 1}
    assert source_tree.screen_callbacks(trees) == {"a": 1}
    assert source_tree.takes_a_pane(trees) == {"a": 1}
    assert source_tree.import_cycles(trees) == [["a", "b"]]

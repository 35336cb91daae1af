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
    "DotsApp": 369,
    "EmbeddedInstance": 302,
    "FilesPane": 570,
    "RewardPane": 663,
    "RewardTunnel": 298,
    "StackRun": 276,
    "StacksPane": 481,
    "TrainingPane": 348,
    "TunnelActions": 441,
}
LARGE_FUNCTIONS: dict[str, int] = {
    "cli.arguments._files_commands": 54,
    "cli.stack_arguments.add_stack_commands": 51,
    "cli.stacks.launch": 58,
}
SHARED_NAMES: dict[str, int] = {
    "Action": 2,
    "Chosen": 6,
    "Fault": 2,
    "Gate": 2,
    "History": 2,
    "Key": 2,
    "Line": 2,
    "Link": 2,
    "Moved": 2,
    "Pace": 2,
    "Part": 2,
    "Place": 3,
    "Recorded": 2,
    "Segment": 2,
}
NESTED: dict[str, int] = {
    "ui.background": 5,
    "ui.panes.document_commands": 1,
    "ui.panes.files.action_dialogs": 1,
    "ui.panes.files.add_key": 1,
    "ui.panes.files.drafting": 1,
    "ui.panes.files.fixing": 4,
    "ui.panes.files.folders": 2,
    "ui.panes.files.keys": 2,
    "ui.panes.files.tools": 3,
    "ui.panes.reward.against": 3,
    "ui.panes.reward.learning": 1,
    "ui.panes.reward.rehearsing": 3,
    "ui.panes.reward.templates": 1,
    "ui.panes.reward.tunnel_actions": 1,
    "ui.panes.saving": 2,
    "ui.panes.stacks.after": 2,
    "ui.panes.stacks.asking": 1,
    "ui.panes.stacks.launch": 1,
    "ui.panes.stacks.launch_fixes": 2,
    "ui.panes.stacks.launching": 5,
    "ui.panes.stacks.phases": 1,
    "ui.panes.stacks.pricing": 1,
    "ui.panes.track_shapes": 1,
    "ui.panes.training.actions": 4,
    "ui.panes.training.commands": 2,
    "ui.panes.training.compare": 7,
    "ui.panes.training.links": 1,
    "ui.panes.training.log_saving": 9,
    "ui.panes.versions": 2,
    "ui.panes.whose": 3,
    "ui.shell": 1,
    "ui.splash": 1,
    "ui.widgets.log_rows": 2,
}
CALLBACKS: dict[str, int] = {
    "ui.panes.files.add_key": 1,
    "ui.panes.files.fixing": 2,
    "ui.panes.files.folders": 2,
    "ui.panes.files.keys": 2,
    "ui.panes.files.tools": 3,
    "ui.panes.reward.against": 2,
    "ui.panes.reward.learning": 1,
    "ui.panes.reward.templates": 1,
    "ui.panes.reward.tunnel_actions": 1,
    "ui.panes.saving": 2,
    "ui.panes.stacks.launch_fixes": 2,
    "ui.panes.stacks.launching": 1,
    "ui.panes.stacks.pricing": 1,
    "ui.panes.training.actions": 2,
    "ui.panes.training.commands": 2,
    "ui.panes.training.compare": 2,
    "ui.panes.training.links": 1,
    "ui.panes.training.log_saving": 2,
    "ui.panes.versions": 2,
    "ui.panes.whose": 2,
}
TAKE_A_PANE: dict[str, int] = {
    "ui.panes.files.add_key": 1,
    "ui.panes.files.commands": 7,
    "ui.panes.files.drafting": 3,
    "ui.panes.files.fix_commands": 2,
    "ui.panes.files.fixing": 15,
    "ui.panes.files.folders": 3,
    "ui.panes.files.keys": 3,
    "ui.panes.files.tools": 3,
    "ui.panes.help": 1,
    "ui.panes.outside_editor": 3,
    "ui.panes.reward.against": 3,
    "ui.panes.reward.commands": 1,
    "ui.panes.reward.learning": 1,
    "ui.panes.reward.templates": 1,
    "ui.panes.reward.tunnel_commands": 6,
    "ui.panes.saving": 4,
    "ui.panes.stacks.after": 2,
    "ui.panes.stacks.asking": 1,
    "ui.panes.stacks.commands": 10,
    "ui.panes.stacks.launch": 12,
    "ui.panes.stacks.launch_fixes": 1,
    "ui.panes.stacks.launching": 1,
    "ui.panes.stacks.phases": 1,
    "ui.panes.stacks.port": 1,
    "ui.panes.stacks.pricing": 1,
    "ui.panes.stacks.telling": 1,
    "ui.panes.training.actions": 3,
    "ui.panes.training.commands": 10,
    "ui.panes.training.compare": 5,
    "ui.panes.training.links": 1,
    "ui.panes.training.replay_commands": 1,
    "ui.panes.versions": 3,
    "ui.panes.whose": 4,
}
CYCLES: dict[str, int] = {
    "ui.panes.files.commands": 5,
    "ui.panes.reward.commands": 3,
    "ui.panes.stacks.after": 11,
    "ui.panes.training.actions": 7,
}


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

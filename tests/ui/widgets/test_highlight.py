"""What was lexed piece by piece is what lexing it all gives, and little is lexed for a small edit."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from dots_tui.ui.widgets.highlight import MOST_LINES, Highlighter

PYTHON = '''"""A reward.

Explained.
"""
import math

@cached
def reward_function(params):
    # keep to the middle
    width = params["track_width"]
    text = """over
    two lines"""
    print(f"reward {width:.2f}")
    if width > 2.5 and True:
        raise ValueError("no")
    return float(max(1e-3, width))
'''.splitlines()

ENV = """# a comment
DR_WORLD_NAME=reInvent2019_track # inline
export DR_X="a $HOME b"
DR_N=40
DR_T=True
not a line""".splitlines()

JSON = """{
  "batch_size": 64,
  "beta": 1e-3, "on": true,
  "name": "x:y", oops
}""".splitlines()


def named(file_name: str, lines: list[str]) -> list[list[tuple[str, str]]]:
    """For each line the pieces that have a name."""
    highlighter = Highlighter(file_name)
    highlighter.update(lines)
    return [
        [(span.name, line[span.start : span.end]) for span in highlighter.spans(index, line)]
        for index, line in enumerate(lines)
    ]


def test_python() -> None:
    pieces = named("reward_function.py", PYTHON)
    assert pieces[2] == [("string", "Explained.")]
    assert pieces[4] == [("keyword", "import")]
    assert pieces[7] == [("keyword", "def"), ("definition", "reward_function")]
    assert pieces[8] == [("comment", "# keep to the middle")]
    assert ("string", "    two lines") in pieces[11]
    assert ("variable", "{") in pieces[12]
    assert {("keyword", "and"), ("number", "2.5"), ("constant", "True")} < set(pieces[13])
    assert ("builtin", "ValueError") in pieces[14]


def test_env_files() -> None:
    pieces = named("worker-2.env", ENV)
    assert pieces == [
        [("comment", "# a comment")],
        [("key", "DR_WORLD_NAME"), ("comment", " # inline")],
        [
            ("keyword", "export"),
            ("key", "DR_X"),
            ("string", '"'),
            ("string", "a "),
            ("variable", "$HOME"),
            ("string", " b"),
            ("string", '"'),
        ],
        [("key", "DR_N"), ("number", "40")],
        [("key", "DR_T"), ("constant", "True")],
        [("invalid", character) for character in "notaline"],
    ]


def test_json() -> None:
    pieces = named("model_metadata.json", JSON)
    assert pieces[1] == [("key", '"batch_size"'), ("number", "64")]
    assert pieces[2] == [("key", '"beta"'), ("number", "1e-3"), ("key", '"on"'), ("constant", "true")]
    assert pieces[3][:2] == [("key", '"name"'), ("string", '"x:y"')]
    assert pieces[3][2] == ("invalid", "o")


def test_other_files_and_very_long_ones_stay_plain() -> None:
    assert named("notes.txt", ["def x"]) == [[]]
    assert named("long.py", ["pass"] * (MOST_LINES + 1))[0] == []


def test_an_edit_lexes_its_line_only() -> None:
    highlighter = Highlighter("reward.py")
    text = PYTHON * 50
    highlighter.update(text)
    assert highlighter.lexed == len(text)
    text[404] += "  # more"
    highlighter.update(text)
    assert highlighter.lexed == 1
    text.insert(404, "x = 1")
    highlighter.update(text)
    assert highlighter.lexed == 1
    del text[404]
    highlighter.update(text)
    assert highlighter.lexed <= 1
    highlighter.update(list(text))
    assert highlighter.lexed == 0


def test_spans_of_a_line_that_changed_since_are_not_given() -> None:
    highlighter = Highlighter("a.py")
    highlighter.update(["import x"])
    assert highlighter.spans(0, "import x")
    assert highlighter.spans(0, "mport x") == ()
    assert highlighter.spans(1, "import x") == ()


SNIPPETS = ['"""', "'''", 'x = """a', "def f(a):", "    return 1", "# note", "", 'f"{x', "import a, b", "'", "("]
SNIPPETS += ["\\", "match x:", "    ", "from a", "class", 'def f(): """doc"""']
snippets = st.sampled_from(SNIPPETS)
texts = st.lists(snippets, max_size=12)
edits = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), st.lists(snippets, max_size=3)), max_size=6)


@given(texts, edits)
def test_piece_by_piece_is_the_same_as_all_at_once(lines: list[str], changes: list[tuple[int, int, list[str]]]) -> None:
    highlighter = Highlighter("reward.py")
    text = list(lines)
    highlighter.update(text)
    for at, removed, added in changes:
        text[at : at + removed] = added
        highlighter.update(text)
    fresh = Highlighter("reward.py")
    fresh.update(text)
    for index, line in enumerate(text):
        assert highlighter.spans(index, line) == fresh.spans(index, line)


def test_importing_every_widget_imports_no_lexer() -> None:
    names = "chart code_editor dialogs event_tree findings form lanes log_view track_map"
    code = "import importlib, sys\n" + f"for name in {names!r}.split():\n"
    code += "    importlib.import_module('dots_tui.ui.widgets.' + name)\nsys.exit('pygments.lexers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

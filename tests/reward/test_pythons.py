"""The Python a function is rehearsed with has what it imports, or the racer is told how to get it."""

from __future__ import annotations

import os
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from dots_tui.reward import pythons
from dots_tui.reward.child_process import Limits
from dots_tui.reward.pythons import imported, install_advice, python_for
from dots_tui.reward.rehearsal import rehearse
from dots_tui.reward.report import Report
from dots_tui.reward.subject import Subject
from dots_tui.tracks.builtin import builtin_tracks

TRACK = builtin_tracks()["kidney"]
HEAD = "def reward_function(params):\n"


def rehearsed(source: str) -> Report:
    report = Report(TRACK)
    for event in rehearse(Subject(source.encode(), TRACK), Limits(policies=0)):
        report = report.after(event)
    return report


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import numpy as np\nfrom scipy.spatial import distance\n", {"numpy", "scipy"}),
        (HEAD + "    from shapely.geometry import Point\n", {"shapely"}),
        ("from . import math\nimport os.path\n", {"os"}),
        ("def f(:", set()),
    ],
)
def test_imports_are_read_and_not_run(source: str, modules: set[str]) -> None:
    assert imported(source) == modules


def test_a_function_without_them_is_rehearsed_with_this_python() -> None:
    assert python_for("import math\n").program == sys.executable


def fake_python(folder: Path, name: str, code: int) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    return program


def test_another_python_on_the_path_that_has_them_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacks, has = tmp_path / "one", tmp_path / "two"
    lacks.mkdir()
    has.mkdir()
    fake_python(lacks, "python3", 1)
    found = fake_python(has, "python3", 0)
    monkeypatch.setattr(pythons, "find_spec", lambda _: None)
    monkeypatch.setattr(pythons, "_FOLDERS", ())
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setenv("PATH", f"{lacks}{os.pathsep}{has}")
    pythons._other_with.cache_clear()
    try:
        python = python_for("import numpy\n")
    finally:
        pythons._other_with.cache_clear()
    assert python.program == str(found)
    own, more = python.path
    assert own == ()
    assert (Path(more[0]) / "dots_tui" / "reward" / "child.py").exists()


@pytest.mark.skipif(find_spec("numpy") is not None, reason="this Python has numpy")
def test_without_any_the_function_is_not_rehearsed_and_that_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "_other_with", lambda _: None)
    report = rehearsed("import numpy as np\n" + HEAD + "    return float(np.sqrt(4.0))\n")
    assert report.faults == ()
    assert report.not_rehearsed == report.verdict
    assert report.verdict.startswith("Not rehearsed, because the function imports numpy")
    assert install_advice() in report.verdict


@pytest.mark.skipif(find_spec("numpy") is not None, reason="this Python has numpy")
def test_an_import_that_is_caught_is_no_reason_not_to_rehearse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "_other_with", lambda _: None)
    source = "try:\n    import numpy\nexcept ImportError:\n    numpy = None\n" + HEAD + "    return params['speed']\n"
    report = rehearsed(source)
    assert report.not_rehearsed == ""
    assert report.drivers


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/me/.local/pipx/venvs/dots-tui", "pipx inject dots-tui numpy scipy shapely"),
        ("/home/me/.local/share/uv/tools/dots-tui", "uv tool install --with numpy,scipy,shapely dots-tui"),
        ("/usr", f"{shlex.quote(sys.executable)} -m pip install numpy scipy shapely"),
    ],
)
def test_the_advice_fits_how_the_program_was_installed(
    prefix: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", prefix)
    assert install_advice() == f"This installs it: {command}"

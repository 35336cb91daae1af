"""What F can do about a finding: the table names codes that exist, and a value that is set makes the finding go."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

import pytest

from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.findings import Finding, Remedy
from dots_tui.custom_files.remedies import remedies, set_wanted, wanted

Changer = Callable[[Mapping[str, Any]], "dict[str, bytes]"]


def _load(name: str) -> ModuleType:
    # Test folders are no packages (import mode importlib), so tables are loaded by their path.
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CASES = _load("rule_cases").CASES


def found(code: str, sources: Mapping[str, bytes]) -> list[Finding]:
    return [finding for finding in check_sources(sources) if finding.code == code]


@pytest.mark.parametrize(
    ("code", "trigger"), [pytest.param(code, trigger, id=f"{n}-{code}") for n, (code, trigger, _) in enumerate(CASES)]
)
def test_a_value_that_is_set_makes_the_finding_go(change_run: Changer, code: str, trigger: Mapping[str, Any]) -> None:
    sources = change_run(trigger)
    for finding in found(code, sources):
        words = remedies(finding)
        if Remedy.SET in words:
            setting = wanted(finding)
            assert setting is not None
            data = set_wanted(sources, setting)
            assert data is not None
            left = found(code, {**sources, finding.file: data})
            assert (finding.file, finding.key) not in [(one.file, one.key) for one in left]


def test_each_kind_of_remedy(change_run: Changer) -> None:
    cases: list[tuple[Mapping[str, Any], str, tuple[Remedy, ...]]] = [
        ({"run.env": "MY_A=1 # note\n"}, "inline-comment", (Remedy.FIX,)),
        ({"run.env": {"DR_WORLD_NAME": "nowhere_at_all"}}, "unknown-track", (Remedy.CHOOSE,)),
        ({"run.env": {"DR_WORLD_NAME": "REINVENT2019_TRACK"}}, "unknown-track", (Remedy.FIX, Remedy.CHOOSE)),
        ({"system.env": {"DR_WORKERS": "5"}}, "round-robin", (Remedy.SOLVE,)),
        ({"reward_function.py": None}, "missing-file", (Remedy.CREATE,)),
        ({"run.env": {"DR_TRAIN_MULTI_CONFIG": "True"}}, "worker-file-missing", (Remedy.CREATE,)),
        ({"run.env": {"DR_CAR_NAME": "my car"}}, "quoted-space", ()),
    ]
    for changes, code, words in cases:
        assert remedies(found(code, change_run(changes))[0]) == words, code


def test_what_the_finding_names_is_set(change_run: Changer) -> None:
    sources = change_run({"system.env": b"DR_CLOUD=aws\nDR_LOCAL_S3_BUCKET='mine'\n"})
    finding = found("not-the-instances", sources)[0]
    setting = wanted(finding)
    assert setting == ("system.env", "DR_LOCAL_S3_BUCKET", "$DEEPRACER_S3_URI", 2)
    assert set_wanted(sources, setting) == b"DR_CLOUD=aws\nDR_LOCAL_S3_BUCKET=$DEEPRACER_S3_URI\n"
    assert set_wanted({}, setting) is None

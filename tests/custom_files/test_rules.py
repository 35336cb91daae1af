"""Every rule fires where it should and keeps quiet just beside."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable

import pytest

from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.facts import Facts
from dots_tui.custom_files.findings import SEVERITIES, Finding
from dots_tui.custom_files.rules import RULES

Changer = Callable[[Mapping[str, Any]], "dict[str, bytes]"]


def _load_cases() -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    # Test folders are no packages (import mode importlib), so the table is loaded by its path.
    spec = importlib.util.spec_from_file_location("rule_cases", Path(__file__).with_name("rule_cases.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    cases: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = module.CASES
    return cases


CASES = _load_cases()


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


@pytest.mark.parametrize(("code", "bad", "good"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)])
def test_a_rule_fires_there_and_not_beside(
    change_run: Changer, code: str, bad: Mapping[str, Any], good: Mapping[str, Any]
) -> None:
    found = [finding for finding in check_sources(change_run(bad)) if finding.code == code]
    assert found
    for finding in found:
        assert finding.severity in SEVERITIES
        assert finding.message.rstrip().endswith((".", "?"))
        assert "\n" not in finding.message
        assert finding.file in bad or finding.code in _ELSEWHERE
    assert code not in codes(check_sources(change_run(good)))


_ELSEWHERE = {"round-robin", "workers-over-episodes", "sac-workers", "opengl", "sac-episodes", "inherited-from-worker"}
"""Rules about two files together: the finding may be at the other one."""


def test_every_rule_has_an_example(change_run: Changer) -> None:
    quiet = set(RULES)
    for _, bad, _ in CASES:
        facts = Facts(change_run(bad))
        quiet -= {rule for rule in quiet if list(rule(facts))}
    assert {rule.__name__ for rule in quiet if rule.__name__ != "unreadable_files"} == set()


def test_no_rule_says_anything_about_the_default_files(run_files: dict[str, bytes]) -> None:
    assert check_sources(run_files) == []


def one(findings: list[Finding], code: str) -> Finding:
    (finding,) = [finding for finding in findings if finding.code == code]
    return finding


def test_a_finding_names_its_place_and_its_key(change_run: Changer) -> None:
    sources = change_run({"system.env": {"DR_WORKERS": "5"}})
    finding = one(check_sources(sources), "round-robin")
    line = sources["run.env"].decode().splitlines()[finding.line - 1]
    assert line == "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST=0.1"
    assert (finding.file, finding.key) == ("run.env", "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST")
    assert "(30 episodes / 5 workers) x 0.1 = 0.6 laps" in finding.message
    assert finding.fix is not None
    assert "ADVANCE_DIST=0.1667, or num_episodes_between_training to 50" in finding.fix


def test_the_proposed_distance_is_a_solution(change_run: Changer) -> None:
    for workers in range(1, 31):
        proposed = f"{round(workers / 30, 4):g}"
        changes = {
            "system.env": {"DR_WORKERS": str(workers)},
            "run.env": {"DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST": proposed},
        }
        assert "round-robin" not in codes(check_sources(change_run(changes)))


def test_a_huge_number_of_workers_is_not_counted_through(change_run: Changer) -> None:
    sources = change_run(
        {
            "system.env": {"DR_WORKERS": "999999999"},
            "run.env": {"DR_TRAIN_MULTI_CONFIG": "True"},
            "worker-2.env": "DR_WORLD_NAME=Monaco\n",
        }
    )
    findings = check_sources(sources)
    assert one(findings, "worker-file-missing").file == "worker-3.env"
    assert "workers-over-episodes" in codes(findings)


def test_a_wrong_track_name_gets_a_suggestion(change_run: Changer) -> None:
    findings = check_sources(change_run({"run.env": {"DR_WORLD_NAME": "reinvent2019_track"}}))
    assert "did you mean reInvent2019_track" in one(findings, "unknown-track").message


def test_a_value_is_judged_after_expansion(change_run: Changer) -> None:
    sources = change_run({"system.env": "TRACK=Monako\n", "run.env": {"DR_WORLD_NAME": "$TRACK"}})
    assert "Monako" in one(check_sources(sources), "unknown-track").message
    sources = change_run({"system.env": "TRACK=Monaco\n", "run.env": {"DR_WORLD_NAME": "$TRACK"}})
    assert check_sources(sources) == []


def test_a_comment_with_a_key_in_it_is_an_error(change_run: Changer) -> None:
    harmless = one(check_sources(change_run({"run.env": "MY_OWN=1 # the old one\n"})), "inline-comment")
    harmful = one(check_sources(change_run({"run.env": "MY_OWN=1 # was DR_CAR_NAME=Old\n"})), "inline-comment")
    assert [harmless.severity, harmful.severity] == ["warning", "error"]
    assert "DR_CAR_NAME=" in harmful.message


def test_a_deprecated_key_with_the_usual_value_is_only_an_info(change_run: Changer) -> None:
    usual = one(check_sources(change_run({"run.env": "DR_EVAL_COLLISION_PENALTY=5.0\n"})), "deprecated-key")
    meant = one(check_sources(change_run({"run.env": "DR_EVAL_COLLISION_PENALTY=3\n"})), "deprecated-key")
    assert [usual.severity, meant.severity] == ["info", "warning"]


def test_the_place_of_an_error_in_json_is_its_line(change_run: Changer) -> None:
    sources = change_run(
        {"hyperparameters.json": b'{\n "lr": 0.1\n "x": 1\n}', "model_metadata.json": {"version": "x"}}
    )
    findings = check_sources(sources)
    assert one(findings, "broken-json").line == 3
    version = one(findings, "metadata-version")
    assert '"version"' in sources["model_metadata.json"].decode().splitlines()[version.line - 1]


def test_the_place_of_a_syntax_error_is_its_line(change_run: Changer) -> None:
    source = b"def reward_function(params):\n    x = 1\n    return x +\n"
    assert one(check_sources(change_run({"reward_function.py": source})), "syntax-error").line == 3


def test_reward_code_is_compiled_in_silence(change_run: Changer) -> None:
    source = b"def reward_function(params):\n    return 1 if '\\d' is params else assert_(0)\nassert (1, 'always')\n"
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        findings = check_sources(change_run({"reward_function.py": source}))
    assert findings == []
    assert shown == []


@pytest.mark.parametrize("source", [b"(" * 50_000, b"-" * 200_000 + b"1", b"x = " + b"9" * 10_000])
def test_no_reward_file_breaks_the_check(change_run: Changer, source: bytes) -> None:
    findings = check_sources(change_run({"reward_function.py": source}))
    assert codes(findings) & {"syntax-error", "no-reward-function"}


def test_findings_are_sorted_and_given_once(change_run: Changer) -> None:
    sources = change_run({"run.env": "MY_OWN = 1\nMY_OWN=2 # x\n", "system.env": " X=1\n", "reward_function.py": None})
    findings = check_sources(sources)
    assert len(findings) == len(set(findings))
    places = [(finding.file, finding.line) for finding in findings]
    assert [file for file, _ in places] == sorted(
        (file for file, _ in places), key=["run.env", "system.env", "reward_function.py"].index
    )
    assert [line for file, line in places if file == "run.env"] == sorted(
        line for file, line in places if file == "run.env"
    )

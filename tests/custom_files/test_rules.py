"""Every rule fires where it should and keeps quiet just beside."""

from __future__ import annotations

import ast
import importlib.util
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable

import pytest

from dots_tui.custom_files import rules
from dots_tui.custom_files.catalogue import KEYS
from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.facts import FileFacts
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
        facts = FileFacts(change_run(bad))
        quiet -= {rule for rule in quiet if list(rule(facts))}
    assert {rule.__name__ for rule in quiet if rule.__name__ != "unreadable_files"} == set()


_CODE = re.compile(r"[a-z]+[a-z0-9]*(?:-[a-z0-9]+)+")
_NO_CODES = {"e-greedy", "utf-8", "several-words", "full-width", "no-break"}
_CODE_ARGUMENT = {"found": 4, "Finding": 4, "about": 2, "in_file": 3, "in_json": 3, "_finding": 3, "_error": 2}
"""The place of the code among the arguments of what makes findings."""


def codes_in(tree: ast.Module) -> set[str]:
    """The codes a module of rules may give: what looks like one, and what stands where one belongs."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
            found.add(node.value)
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = _CODE_ARGUMENT.get(name)
            argument = node.args[place] if place is not None and len(node.args) > place else None
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.add(argument.value)
    return found - _NO_CODES


def test_every_code_has_an_example() -> None:
    modules = Path(str(rules.__file__)).parent.glob("*.py")
    given = set().union(*(codes_in(ast.parse(module.read_text("utf-8"))) for module in modules))
    shown = {code for code, _, _ in CASES}
    assert len(given) > 70
    assert given == set(rules.DECLARED)
    # That a file cannot be read is no matter of what is in it.
    assert given - shown == {"unreadable-file"}
    assert shown <= given


@pytest.mark.parametrize("number", range(len(CASES)))
def test_every_finding_is_declared_with_its_severity(change_run: Changer, number: int) -> None:
    for changes in CASES[number][1:]:
        for finding in check_sources(change_run(changes)):
            assert finding.severity in rules.DECLARED[finding.code].severities, finding


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
    assert finding.advice == "Set num_episodes_between_training to 50: (50 episodes / 5 workers) x 0.1 = 1 lap."


def test_the_proposed_distance_is_a_solution(change_run: Changer) -> None:
    for workers in range(1, 8):
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
    assert one(findings, "broken-json").line == 2
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


@pytest.mark.parametrize(
    ("key", "value", "severity", "meaning"),
    [
        ("DR_EVAL_SAVE_MP4", "true", "info", "understand"),
        ("DR_EVAL_SAVE_MP4", "no", "error", "counts as off"),
        ("DR_ENABLE_DOMAIN_RANDOMIZATION", "no", "error", "counts as on"),
        ("DR_TRAIN_MULTI_CONFIG", "true", "error", "counts as off"),
        ("DR_TRAIN_MULTI_CONFIG", "FALSE", "info", "understand"),
        ("DR_CONTINUE_ON_SPOT_INTERRUPTION", "false", "error", "counts as on"),
        ("DR_CONTINUE_ON_SPOT_INTERRUPTION", "TRUE", "info", "understand"),
        ("DR_CLOUD_WATCH_ENABLE", "yes", "error", "counts as off"),
        ("DR_ROBOMAKER_MOUNT_LOGS", "", "error", "is empty"),
    ],
)
def test_a_switch_is_judged_by_who_reads_it(
    change_run: Changer, key: str, value: str, severity: str, meaning: str
) -> None:
    file = KEYS[key].file
    finding = one(check_sources(change_run({file: {key: value}})), "not-a-switch")
    assert (finding.file, finding.key, finding.severity) == (file, key, severity)
    assert meaning in finding.message


def test_a_secret_is_never_shown(change_run: Changer) -> None:
    hidden = "correct" + "horse" + "battery"
    sources = change_run({"run.env": f"MY_TOKEN={hidden}\n", "hyperparameters.json": {"password": hidden}})
    findings = [finding for finding in check_sources(sources) if finding.code == "secret"]
    assert [(finding.file, finding.key) for finding in findings] == [
        ("run.env", "MY_TOKEN"),
        ("hyperparameters.json", None),
    ]
    assert hidden not in repr(findings)


def test_looking_for_secrets_in_a_long_line_is_quick(change_run: Changer) -> None:
    source = b"# " + b"token" * 50_000 + b"\nreward_function = len\n"
    assert check_sources(change_run({"reward_function.py": source})) == []


@pytest.mark.parametrize(
    ("missing", "there"),
    [
        ("model_metadata.json", "model.metadata.json"),
        ("hyperparameters.json", "hyperparameter.json"),
        ("reward_function.py", "reward_function.py.txt"),
        ("run.env", "Run.env"),
    ],
)
def test_a_file_with_a_name_close_by_is_named(run_files: dict[str, bytes], missing: str, there: str) -> None:
    sources = {name: data for name, data in run_files.items() if name != missing}
    finding = one(check_sources(sources, beside=["README.md", "notes.txt", there]), "missing-file")
    assert finding.advice == f"Rename {there} to {missing}."
    finding = one(check_sources(sources, beside=["README.md", "notes.txt"]), "missing-file")
    assert "Rename" not in finding.advice


def test_a_workers_file_with_a_name_close_by_is_named(change_run: Changer) -> None:
    sources = change_run({"run.env": {"DR_TRAIN_MULTI_CONFIG": "True"}})
    finding = one(check_sources(sources, beside=["worker_2.env", "worker_3.env"]), "worker-file-missing")
    assert finding.advice.startswith("Rename worker_2.env to worker-2.env")


def test_slips_are_told_from_what_is_only_new(change_run: Changer) -> None:
    slip = one(check_sources(change_run({"run.env": {"DR_CAR_BODY_SHELL_TYPE": "f1_cart"}})), "unlisted-value")
    new = one(check_sources(change_run({"run.env": {"DR_CAR_BODY_SHELL_TYPE": "spaceship"}})), "unlisted-value")
    tag = one(check_sources(change_run({"system.env": {"DR_SIMAPP_VERSION": "6.0.9-gpu"}})), "unlisted-value")
    assert [slip.severity, new.severity, tag.severity] == ["warning", "info", "info"]
    assert "f1_kart" in slip.message


def test_a_race_with_obstacles_is_no_place_for_a_guess_at_metres(change_run: Changer) -> None:
    changes = {"run.env": {"DR_RACE_TYPE": "OBJECT_AVOIDANCE", "DR_OA_MIN_DISTANCE_BETWEEN_OBSTACLES": "2.0"}}
    finding = one(check_sources(change_run(changes)), "obstacle-distance")
    assert "percent" in finding.message
    proposed = finding.advice.rpartition("=")[2]
    changes["run.env"]["DR_OA_MIN_DISTANCE_BETWEEN_OBSTACLES"] = proposed
    assert check_sources(change_run(changes)) == []


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


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("HEAD_TO_HEAD", "HEAD_TO_BOT"),
        ("Head-to-head racing", "HEAD_TO_BOT"),
        ("H2B", "HEAD_TO_BOT"),
        ("OA", "DR_RACE_TYPE=OBJECT_AVOIDANCE"),
        ("tt", "DR_RACE_TYPE=TIME_TRIAL"),
        ("ENDURANCE", "The usual value is TIME_TRIAL"),
    ],
)
def test_a_race_type_of_another_tool_gets_the_name_that_drfc_has_for_it(
    change_run: Changer, written: str, words: str
) -> None:
    findings = check_sources(change_run({"run.env": {"DR_RACE_TYPE": f'"{written}"'}}))
    assert words in str(one(findings, "unknown-choice").fix)


def test_what_a_placeholder_does_to_the_keys_below_is_said_once(change_run: Changer) -> None:
    findings = check_sources(change_run({"run.env": "MY_A=<YOUR A>\nMY_B=<YOUR B>\n", "system.env": "MY_C=<YOUR C>\n"}))
    told = [finding.message for finding in findings if finding.code == "placeholder"]
    assert len(told) == 3
    assert [("bash stops reading here" in message) for message in sorted(told)] == [True, False, True]

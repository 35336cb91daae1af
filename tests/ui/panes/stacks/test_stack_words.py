"""How stacks are worded: states, times, money, columns, names. And the plan of a launch."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from dots_tui.app.launch_flow import suggest_name
from dots_tui.app.runs.run_verdict import RunWords
from dots_tui.app.runs.stack_facts import price
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.stacks import Stack
from dots_tui.ui.panes.stacks import columns, stack_words
from dots_tui.ui.panes.stacks.notice import key_words, problem_words
from dots_tui.ui.panes.stacks.plan_box import plan_rows

NOW = datetime(2030, 1, 1, 12, 0, tzinfo=timezone.utc)


def stack(name: str = "run-1", kind: str = "training", status: str = "CREATE_COMPLETE", **more: Any) -> Stack:
    """A stack made half an hour ago."""
    values: dict[str, Any] = {
        "id": f"arn:aws:cloudformation:us-east-1:123456789012:stack/{name}/1",
        "created": NOW - timedelta(minutes=30),
        "ours": True,
    }
    if kind == "training":
        values.update(market="standard", instance_type="g4dn.2xlarge", instance_id="i-1", base="base")
        values.update(expires=NOW + timedelta(minutes=48))
    return Stack(**{"name": name, "kind": kind, "status": status, **values, **more})


# -- states and times ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "tint", "word"),
    [
        ("training", "CREATE_COMPLETE", "good", "running"),
        ("base", "CREATE_COMPLETE", "good", "ready"),
        ("base", "UPDATE_ROLLBACK_COMPLETE", "good", "ready"),
        ("training", "CREATE_IN_PROGRESS", "info", "creating"),
        ("training", "ROLLBACK_COMPLETE", "bad", "failed, rolled back"),
        ("training", "DELETE_FAILED", "bad", "not deleted"),
        ("base", "UPDATE_ROLLBACK_FAILED", "warning", "update rollback failed"),
        ("base", "REVIEW_IN_PROGRESS", "warning", "review in progress"),
    ],
)
def test_states_in_words(kind: str, status: str, tint: str, word: str) -> None:
    found = stack_words.state(stack(kind=kind, status=status))
    assert (found.tint, found.word) == (tint, word)


@pytest.mark.parametrize(
    ("minutes", "left"), [(48, "0:48"), (61, "1:01"), (605, "10:05"), (0.5, "0:00"), (-0.5, "over"), (None, "")]
)
def test_the_time_left(minutes: float | None, left: str) -> None:
    ends = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert stack_words.time_left(stack(expires=ends), NOW) == left


def test_trainings_come_before_base_stacks() -> None:
    names = [
        one.name for one in stack_words.in_order([stack("b", "base"), stack("r2"), stack("a", "base"), stack("r1")])
    ]
    assert names == ["r2", "r1", "b", "a"]


# -- money --------------------------------------------------------------------------------------------


def test_the_status_bar_tells_runs_money_and_the_first_end() -> None:
    assert stack_words.run_status([stack("b", "base")], NOW) == ""
    assert stack_words.run_status([stack()], NOW) == "1 run · $0.76/h · 0:48"
    later = stack("r2", instance_type="g4dn.4xlarge", expires=NOW + timedelta(minutes=600))
    assert stack_words.run_status([later, stack()], NOW) == "2 runs · $1.97/h · 0:48"
    assert stack_words.run_status([stack(expires=NOW - timedelta(minutes=3))], NOW) == "1 run · $0.76/h · over"


def test_the_status_bar_tells_what_the_runs_will_have_cost_where_that_is_known_of_each() -> None:
    assert stack_words.cost_in_all([stack(), stack("b", "base")], NOW) == "$0.99 by the end"
    assert stack_words.cost_in_all([stack(), stack("r2")], NOW) == "$1.98 by the end"
    assert stack_words.cost_in_all([stack(), stack("s", market="spot")], NOW) == ""
    assert stack_words.cost_in_all([stack(expires=None)], NOW) == ""
    assert stack_words.cost_in_all([stack("b", "base")], NOW) == ""


def test_what_is_gone_or_was_never_there_costs_nothing() -> None:
    gone = [stack(status=status) for status in ("DELETE_IN_PROGRESS", "ROLLBACK_COMPLETE", "CREATE_FAILED")]
    assert stack_words.run_status(gone, NOW) == ""


def test_an_unknown_price_is_not_made_up() -> None:
    spot = stack("s", market="spot")
    far = stack("f", id="arn:aws:cloudformation:ap-south-2:1:stack/f/1")
    assert price(spot) is price(far) is price(stack("b", "base")) is None
    assert stack_words.run_status([spot], NOW) == "1 run · 0:48"
    assert stack_words.run_status([spot, stack()], NOW) == "2 runs · at least $0.76/h · 0:48"
    assert stack_words.maximum_cost("ap-south-2", "g4dn.2xlarge", 60) == ""
    assert stack_words.maximum_cost("us-east-1", "g4dn.2xlarge", 60).startswith("At most 0.95 USD")


# -- the list -----------------------------------------------------------------------------------------


def test_columns_go_one_by_one_when_the_terminal_gets_narrow() -> None:
    rows = [columns.cells(one, NOW) for one in (stack(ip="203.0.113.7"), stack("base", "base"))]
    wide = columns.fitting(rows, 196)
    assert list(wide) == list(columns.COLUMNS)
    seen: list[list[str]] = []
    for width in range(196, 20, -1):
        widths = columns.fitting(rows, width)
        assert sum(widths.values()) + 2 * (len(widths) - 1) <= width or list(widths) == ["name", "state"]
        if not seen or seen[-1] != list(widths):
            seen.append(list(widths))
    assert [len(one) for one in seen] == list(range(12, 1, -1))
    assert seen[-2:] == [["name", "state", "left"], ["name", "state"]]


def test_at_80_columns_the_list_tells_how_a_run_learns_what_it_costs_and_when_it_ends() -> None:
    words = RunWords("3/3", "learning", "good", lost=False)
    row = columns.cells(stack("first-training-3", ip="203.0.113.7"), NOW, words=words)
    shown = columns.fitting([row], 76)
    assert list(shown) == ["name", "type", "state", "workers", "verdict", "$/h", "left"]
    assert [row[name] for name in shown][3:] == ["3/3", "learning", "0.76", "0:48"]


def test_stacks_of_several_regions_say_which_in_a_narrow_terminal_too() -> None:
    far = stack("far", id="arn:aws:cloudformation:eu-west-1:123456789012:stack/far/1")
    rows = [columns.cells(one, NOW) for one in (stack(), far)]
    assert "region" in columns.fitting(rows, 84)
    assert "region" not in columns.fitting(rows[:1], 84)


def test_a_run_that_is_not_watched_has_no_verdict_and_one_that_is_made_tells_how_far_it_is() -> None:
    row = columns.cells(stack(), NOW)
    assert (row["workers"], row["verdict"], row["ends as"]) == ("-", "-", "saves & deletes")
    made = columns.cells(stack(status="CREATE_IN_PROGRESS"), NOW, progress="3 of 9")
    assert (made["state"], made["verdict"]) == ("creating", "3 of 9")
    assert columns.cells(stack(expires=None), NOW)["ends as"] == "never by itself"
    base = columns.cells(stack("b", "base"), NOW)
    assert not any(base[name] for name in ("workers", "verdict", "$/h", "left", "ends as"))


@pytest.mark.parametrize(
    ("minutes", "lost", "status", "word"),
    [
        (48, False, "CREATE_COMPLETE", "running"),
        (48, True, "CREATE_COMPLETE", "unreachable"),
        (9, False, "CREATE_COMPLETE", "ends soon"),
        (-3, False, "CREATE_COMPLETE", "overdue"),
        (None, False, "CREATE_COMPLETE", "running"),
        (9, True, "DELETE_IN_PROGRESS", "deleting"),
    ],
)
def test_what_is_the_matter_with_a_run_stands_in_its_state(
    minutes: float | None, lost: bool, status: str, word: str
) -> None:
    one = stack(status=status, expires=None if minutes is None else NOW + timedelta(minutes=minutes))
    assert stack_words.health(one, NOW, RunWords("2/3", "lost", "warning", lost)).word == word


def test_a_training_without_an_instance_is_not_called_running() -> None:
    assert stack_words.state(stack(instance_id="")).word == "no instance"


def test_a_price_of_now_is_called_so() -> None:
    rows = dict(stack_words.details(stack(market="spot"), [], NOW, lambda _: 0.4))
    assert rows["cost"] == "about 0.20 USD so far, 0.52 USD by its end; 0.40 USD an hour (spot price of now)"
    assert stack_words.run_status([stack(market="spot")], NOW, lambda _: 0.4) == "1 run · $0.40/h · 0:48"


def test_columns_without_a_word_are_left_out_and_a_long_name_is_cut() -> None:
    rows = [columns.cells(stack("b" * 64, "base"), NOW)]
    widths = columns.fitting(rows, 90)
    assert list(widths) == ["name", "type", "region", "state"]
    assert widths["name"] == 30
    assert columns.fitting([], 90) == {}


def test_what_has_ended_has_no_time_and_no_price() -> None:
    cells = columns.cells(stack(status="ROLLBACK_COMPLETE"), NOW)
    assert (cells["left"], cells["$/h"]) == ("", "")


# -- details ------------------------------------------------------------------------------------------


def test_the_details_of_a_training() -> None:
    rows = dict(stack_words.details(stack(run="training/run-1", instance_id="i-1", ip="203.0.113.7"), [], NOW))
    assert rows["state"] == "running, made 30 min ago"
    assert rows["instance"] == "g4dn.2xlarge  standard  i-1  203.0.113.7"
    assert rows["ends"] == "in 0:48, after saving the model"
    assert rows["cost"] == "about 0.38 USD so far, 0.99 USD by its end; 0.76 USD an hour (list price)"
    assert rows["model"] == "training/run-1/"
    assert "made by" not in rows


def test_a_training_that_should_be_gone_is_pointed_out() -> None:
    rows = dict(stack_words.details(stack(expires=NOW - timedelta(minutes=1)), [], NOW))
    assert "should be gone" in rows["ends"]


def test_the_details_of_a_base_stack() -> None:
    base = stack("base", "base", outputs=(("Bucket", "base-bucket-1"),), ours=False, created=NOW)
    rows = dict(stack_words.details(base, [base, stack("r1"), stack("r2", base="other")], NOW))
    assert rows == {
        "state": "ready, made a moment ago",
        "bucket": "base-bucket-1",
        "used by": "r1",
        "made by": "DeepRacer on the Spot",
    }


# -- words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "taken", "name"),
    [
        ("training/reInvent/first-run/", [], "first-run"),
        ("training/2024_run 1", [], "run-2024-run-1"),
        ("", [], "training"),
        ("x/äöü", [], "training"),
        ("run", ["run", "run-2"], "run-3"),
        ("r" * 80, [], "r" * 56),
    ],
)
def test_a_free_name_from_the_model(model: str, taken: list[str], name: str) -> None:
    assert suggest_name(model, taken) == name


def test_the_type_used_last_is_among_those_to_choose_from() -> None:
    assert stack_words.instance_types("p5.48xlarge")[0] == "p5.48xlarge"
    assert stack_words.instance_types("g5.2xlarge").count("g5.2xlarge") == 1


def test_commands_become_keys() -> None:
    problem = AwsProblem("x", "It failed.", "The stack keeps its name until you delete it: dots-tui delete run-1.")
    assert problem_words(problem) == ("It failed.", "The stack keeps its name until you delete it: D on run-1.")
    assert key_words("dots-tui delete run-1 frees the name.") == "D on run-1 frees the name."
    assert key_words("dots-tui stacks lists those there are.") == "Pane 3 lists those there are."
    assert key_words("dots-tui base create b --ip A.B.C.D") == "b creates one."
    assert problem_words(ValueError()) == ("ValueError", "")


def test_deleting_says_what_is_lost() -> None:
    assert "what came after the last one is lost" in stack_words.delete_warning(stack())
    assert "frees its name" in stack_words.delete_warning(stack(status="ROLLBACK_COMPLETE"))
    assert "asked again" in stack_words.delete_warning(stack("b", "base"))


# -- the plan -----------------------------------------------------------------------------------------


def planned(*obstacles: Any, **more: Any) -> Any:
    """What the plan's words need of a plan."""
    values = {
        "choices": SimpleNamespace(name="run-1", ttl_minutes=60),
        "identity": SimpleNamespace(account="123456789012"),
        "region": "us-east-1",
        "base": SimpleNamespace(name="base", bucket="bucket-1", complete=True),
        "image": SimpleNamespace(name="", id="ami-1", created="2030-01-01T00:00:00Z"),
        "uploads": (1, 2),
        "creates": ("a thing", "another thing"),
        "model_prefix": "training/run-1",
        "custom_files_prefix": "custom_files",
        "cost": SimpleNamespace(usd=0.95, basis="list price"),
        "obstacles": obstacles,
        "blocked": any(one.severity == "error" for one in obstacles),
    }
    return SimpleNamespace(**{**values, **more})


def test_the_plan_says_first_what_it_costs() -> None:
    rows = plan_rows(planned())
    assert rows[:2] == [("costs", "at most 0.95 USD"), ("costs", "list price")]
    assert ("creates", "another thing") in rows
    assert plan_rows(planned(cost=None))[0][0] == "ends"

"""Which container is which, by the rows of docker ps."""

from __future__ import annotations

import pytest

from dots_tui.training.containers import classify, role_of

TASK = "qwctpyyzmr74z3u19kc8pskvh"


def row(name: str, **more: str) -> dict[str, str]:
    """A row of docker ps as JSON gives it."""
    return {"ID": "1" * 64, "Names": name, "State": "running", "Status": "Up 2 minutes", **more}


@pytest.mark.parametrize(
    ("name", "role", "slot"),
    [
        ("deepracer-0-robomaker-1", "robomaker", 1),
        ("deepracer-0-robomaker-12", "robomaker", 12),
        (f"deepracer-0_robomaker.3.{TASK}", "robomaker", 3),
        (f"deepracer-0_robomaker.3.{TASK}.log", "robomaker", 3),
        ("deepracer-0-robomaker-2.log", "robomaker", 2),
        ("deepracer-eval-0-robomaker-1", "evaluation", 1),
        (f"deepracer-eval-0_robomaker.1.{TASK}", "evaluation", 1),
        ("x1kp0trgq9-algo-1-a1b2c", "trainer", None),
        ("tmpx1kp0trgq9_algo-1-a1b2c_1", "trainer", None),
        ("deepracer-1-robomaker-1", "other", None),
        ("deepracer-0-robomaker-1-old", "other", None),
        ("my-deepracer-0-robomaker-1", "other", None),
        ("deepracer-0-rl_coach-1", "other", None),
        ("deepracer-viewer-proxy-1", "other", None),
        ("s3-minio-1", "other", None),
        ("", "other", None),
    ],
)
def test_role_by_name(name: str, role: str, slot: int | None) -> None:
    assert role_of(name) == (role, slot)


def test_another_run_on_the_same_instance() -> None:
    assert role_of("deepracer-3-robomaker-1", run_id=3) == ("robomaker", 1)


def test_rows_become_containers_in_natural_order() -> None:
    names = [
        "deepracer-0-rl_coach-1",
        "x1kp0trgq9-algo-1-a1b2c",
        "deepracer-0-robomaker-10",
        "deepracer-eval-0-robomaker-1",
        "deepracer-0-robomaker-2",
        "deepracer-0-robomaker-1",
    ]
    assert [c.name for c in classify(row(name) for name in names)] == [
        "deepracer-0-robomaker-1",
        "deepracer-0-robomaker-2",
        "deepracer-0-robomaker-10",
        "deepracer-eval-0-robomaker-1",
        "x1kp0trgq9-algo-1-a1b2c",
        "deepracer-0-rl_coach-1",
    ]


def test_an_exited_container_tells_its_exit_code() -> None:
    (container,) = classify(
        [row("deepracer-0-robomaker-1", State="exited", Status="Exited (137) 5 minutes ago", CreatedAt="2026-03-11")]
    )
    assert (container.state, container.exit_code, container.running) == ("exited", 137, False)
    assert container.started == "2026-03-11"


def test_an_old_docker_without_a_state_column() -> None:
    states = [
        classify([{"ID": "a", "Names": "/deepracer-0-robomaker-1,alias", "Status": status}])[0]
        for status in ("Up 3 minutes", "Exited (0) 2 hours ago", "Created", "")
    ]
    assert [c.state for c in states] == ["running", "exited", "created", ""]
    assert states[0].name == "deepracer-0-robomaker-1"
    assert [c.running for c in states] == [True, False, True, True]


def test_rows_without_a_name_are_passed_over() -> None:
    assert classify([{}, {"Names": " "}]) == []

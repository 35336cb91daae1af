"""Log lines in words: nothing is invented, and what is no record stays as it was printed."""

from __future__ import annotations

import pytest

from dots_tui.ui.panes.training.lines import HIGHLIGHTS, in_words, without_prefix

PREFIX = "[download_params_and_roslaunch_agent_node-1] [agent-9] "
TRACE = (
    "SIM_TRACE_LOG:17,41,1.5,0.5,10.0,15.00,2.00,{action},2.0000,False,True,24.1234,77,17.67,63.933,in_progress,0.00"
)


@pytest.mark.parametrize("action", ["3", "[-12.5 1.2]"])
@pytest.mark.parametrize("more", ["", ",0", ",0,1773217401.25"], ids=["17 columns", "18", "19"])
@pytest.mark.parametrize("prefix", ["", PREFIX])
def test_a_trace_row_in_words(prefix: str, more: str, action: str) -> None:
    said = in_words(prefix + TRACE.format(action=action) + more)
    assert said == "trace  ep 18   step 41     24.1 %  reward   2.00  wp 77   in_progress"


def test_a_policy_update_in_words() -> None:
    line = (
        "Policy training> Surrogate loss=-0.022875, KL divergence=1.1086e-05, Entropy=2.83735, training epoch=2, "
        "learning_rate=0.0003"
    )
    assert in_words(line) == "policy epoch 3   loss -0.0229  KL 0.00001  entropy 2.837"
    assert "loss nan" in in_words(line.replace("-0.022875", "nan"))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "SIM_TRACE_LOG:",
        "SIM_TRACE_LOG:1,2,3",
        "a reward function prints SIM_TRACE_LOG:",
        "Policy training> Surrogate loss=",
        "Training> Name=main_level/agent, Worker=0, Episode=1, Total reward=1174.0, Steps=49, Training iteration=0",
    ],
)
def test_everything_else_stays_as_it_was_printed(line: str) -> None:
    assert in_words(line) == line
    assert in_words(PREFIX + line) == line


def test_a_row_with_a_value_that_is_no_number() -> None:
    assert "reward   what" in in_words(TRACE.format(action="3").replace("2.0000", "what"))


def test_only_launch_prefixes_go() -> None:
    assert without_prefix("[agent-9] [INFO] [1773217401.5]: text") == "[INFO] [1773217401.5]: text"
    assert without_prefix("[not a prefix] text") == "[not a prefix] text"


@pytest.mark.parametrize(
    ("line", "tint"),
    [
        ("policy epoch 3   loss -0.0229", "accent"),
        ("the policy of the house", None),
        ("Traceback (most recent call last):", "bad"),
        ("trace  ep 18   step 41", "muted"),
        ("trace  ep 1  step 2  100.0 %  reward 2.00  wp 3  lap_complete", "muted"),
        ("Testing> Name=main_level/agent", "info"),
    ],
)
def test_what_is_painted(line: str, tint: str | None) -> None:
    found = HIGHLIGHTS.search(line)
    assert (found.lastgroup if found else None) == tint

"""While AWS has not answered it is said for how long, and after a while what may be wrong."""

from __future__ import annotations

import pytest

from dots_tui.ui.panes.stacks.notice import loading


@pytest.mark.parametrize(("seconds", "text"), [(0.0, "Asking AWS …"), (1.9, "Asking AWS …"), (4.2, "Asking AWS … 4 s")])
def test_seconds_are_shown_while_aws_does_not_answer(seconds: float, text: str) -> None:
    assert loading(seconds) == text


def test_what_may_be_wrong_is_said_after_ten_seconds() -> None:
    text = loading(11.0)
    assert text.startswith("Asking AWS … 11 s\n")
    assert "network" in text
    assert "SSO" in text

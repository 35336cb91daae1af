"""The facts about the AWS account, as lines."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from dots_tui.app.account import AccountFacts, described

NOW = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
FACTS = AccountFacts("us-east-1", None, None, cloudshell=False, login="", problem=None)


@pytest.mark.parametrize(("saved", "told"), [("us-east-1", True), ("eu-west-1", False), ("", False)])
def test_a_region_of_the_environment_that_is_not_used_is_named(
    saved: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    lines = described(FACTS, NOW, read_only=False, saved_region=saved)
    assert ("eu-west-1" in lines) is told

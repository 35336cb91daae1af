"""Names of models that continue one another."""

from __future__ import annotations

from itertools import islice

import pytest

from dots_tui.custom_files.model_names import following_names, refers_to, renamed


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("run-1", ["run-2", "run-3"]),
        ("run-09", ["run-10", "run-11"]),
        ("run-099", ["run-100", "run-101"]),
        ("run-99", ["run-100", "run-101"]),
        ("t/run", ["t/run-1", "t/run-2"]),
        ("t-5/run", ["t-5/run-1", "t-5/run-2"]),
        ("model7", ["model8", "model9"]),
        ("007", ["008", "009"]),
        ("run-2026112812000000", ["run-2026112812000000-1", "run-2026112812000000-2"]),
    ],
)
def test_following_names(name: str, following: list[str]) -> None:
    assert list(islice(following_names(name), 2)) == following


def test_references_stay_where_only_the_name_differs() -> None:
    assert renamed("training/$DR_WORLD_NAME/run-1", "training/oval/run-1", "training/oval/run-2") == (
        "training/$DR_WORLD_NAME/run-2"
    )
    assert renamed("$DR_A", "training/run-1", "training/run-2") == "training/run-2"
    assert renamed("training/$A/run-1", "training/oval/run-1", "other/run-2") == "other/run-2"


def test_reference_is_a_whole_name() -> None:
    assert refers_to("upload/$DR_MODEL-x", "DR_MODEL")
    assert refers_to("${DR_MODEL}_x", "DR_MODEL")
    assert not refers_to("$DR_MODEL_2", "DR_MODEL")

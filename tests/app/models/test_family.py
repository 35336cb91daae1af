"""The family tree of models."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from dots_tui.app.models.bucket_model import BucketModel, ModelFacts, ModelKey, Parent
from dots_tui.app.models.family import ORDERS, ancestors, descendants, natural, tree

NOW = datetime(2026, 11, 28, tzinfo=timezone.utc)


def model(name: str, parent: str = "", *, segment: bool = False, age_h: int = 0, size: int = 1) -> BucketModel:
    facts = ModelFacts(
        size, 1, NOW - timedelta(hours=age_h), parent=Parent(parent, "last", segment) if parent else None
    )
    return BucketModel(ModelKey("us-east-1", "b", name), NOW, facts=facts)


def drawn(models: list[BucketModel], *, stitched: bool = True) -> list[str]:
    return [f"{row.branches}{row.model.key.prefix}" for row in tree(models, stitched=stitched)]


def test_children_stand_below_their_parent() -> None:
    models = [model("a-1"), model("a-2", "a-1"), model("a-3", "a-2"), model("b-1", "a-1"), model("c-1")]
    assert drawn(models) == ["a-1", "├a-2", "│└a-3", "└b-1", "c-1"]


def test_unknown_parent_makes_a_root() -> None:
    assert drawn([model("a-2", "gone"), model("a-10"), model("a-9")]) == ["a-2", "a-9", "a-10"]


def test_circle_of_parents_is_shown_once_each() -> None:
    models = [model("a", "b"), model("b", "c"), model("c", "a"), model("x", "y"), model("y", "x"), model("z", "z")]
    assert sorted(row.model.key.prefix for row in tree(models)) == ["a", "b", "c", "x", "y", "z"]


def test_family_of_hundreds_of_generations() -> None:
    models = [model("run-0"), *(model(f"run-{at}", f"run-{at - 1}") for at in range(1, 1200))]
    assert [row.model.key.prefix for row in tree(models)] == [f"run-{at}" for at in range(1200)]


def test_segments_are_one_line_with_the_size_of_all() -> None:
    models = [
        model("a-1", size=5),
        model("a-2", "a-1", segment=True, size=7),
        model("a-3", "a-2", segment=True, size=11),
        model("a-4", "a-1"),
    ]
    rows = tree(models)
    assert [(row.model.key.prefix, row.size, len(row.segments)) for row in rows] == [("a-3", 23, 2), ("a-4", 1, 0)]
    assert rows[1].branches == "└"
    assert drawn(models, stitched=False) == ["a-1", "├a-2", "│└a-3", "└a-4"]


def test_orders() -> None:
    models = [model("a-10", age_h=3, size=5), model("a-9", age_h=1, size=9), model("b", age_h=2, size=7)]
    names = {order: [row.model.key.prefix for row in tree(models, order)] for order in ORDERS}
    assert names == {"name": ["a-9", "a-10", "b"], "newest": ["a-9", "b", "a-10"], "size": ["a-9", "b", "a-10"]}


def test_natural_order() -> None:
    assert sorted(["run-10", "run-9", "Run-1", "run", "7"], key=natural) == ["7", "run", "Run-1", "run-9", "run-10"]


def test_ancestors_and_descendants() -> None:
    models = [model("a-1"), model("a-2", "a-1"), model("a-3", "a-2"), model("b-1", "a-2")]
    assert [one.key.prefix for one in ancestors(models[3], models)] == ["a-1", "a-2", "b-1"]
    assert [one.key.prefix for one in descendants(models[1], models)] == ["a-3", "b-1"]
    circle = [model("a", "b"), model("b", "a")]
    assert [one.key.prefix for one in ancestors(circle[0], circle)] == ["b", "a"]

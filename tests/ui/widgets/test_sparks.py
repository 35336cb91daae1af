"""Sparklines below each other: a name, a shape, a number; a click chooses one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dots_tui.ui.widgets.sparks import Spark, Sparks

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = (Spark("reward", (1.0, 2.0, 3.0), "3.0"), Spark("best lap", (), "-"), Spark("KL", (0.1, 0.2), "0.2000"))


async def test_each_is_a_line(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    sparks = Sparks()
    async with stage(sparks).run_here(30, 4) as pilot:
        sparks.rows = ROWS
        await pilot.pause()
        picture = lines(sparks)
        assert picture[0] == "reward   ▁▅█               3.0"
        assert picture[1] == "best lap" + " " * 21 + "-"
        assert picture[2].startswith("KL       ▁█")
        assert picture[3] == ""


async def test_narrow_and_without_unicode(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    sparks = Sparks()
    sparks.rows = ROWS
    app = stage(sparks)
    app.ascii_only = True
    async with app.run_here(12, 2):
        assert all(line.isascii() and len(line) <= 12 for line in lines(sparks))


async def test_a_click_chooses(stage: Any) -> None:
    sparks = Sparks()
    sparks.rows = ROWS
    app = stage(sparks)
    async with app.run_here(30, 6) as pilot:
        await pilot.click(sparks, offset=(3, 2))
        await pilot.click(sparks, offset=(3, 3))
        assert [message.name for message in app.seen(Sparks.SparkChosen)] == ["KL"]

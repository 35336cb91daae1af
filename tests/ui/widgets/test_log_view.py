"""The log view follows, pauses, searches and copies, and reads only what it shows."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from textual.geometry import Offset
from textual.selection import Selection

from dots_tui.spool.store import Spool, SpoolLine
from dots_tui.ui.widgets.log_columns import AGE, CLOCK
from dots_tui.ui.widgets.log_messages import LogBookmarked, LogCopied, LogFound
from dots_tui.ui.widgets.log_sieve import Sieve
from dots_tui.ui.widgets.log_view import LogView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.pilot import Pilot

Lines = Any


class CountingSpool(Spool):
    """Counts the lines that were read."""

    read = 0

    def lines(self, start: int, stop: int) -> list[SpoolLine]:
        found = super().lines(start, stop)
        self.read += len(found)
        return found


@pytest.fixture
def spool() -> Iterator[CountingSpool]:
    spool = CountingSpool()
    yield spool
    spool.close()


def short(source: str) -> str:
    return {"robomaker.1": "W0", "algo": "SM"}.get(source, source)


def number(spool: Spool, start: int, stop: int) -> None:
    spool.append("robomaker.1", [b"line %d" % index for index in range(start, stop)])


async def tick(view: LogView, pilot: Pilot[None]) -> None:
    """What the timer does ten times a second, now."""
    view.lines.tick()
    await pilot.pause()


async def found(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_it_shows_the_end_and_follows(stage: Any, lines: Callable[[Any], list[str]], spool: Spool) -> None:
    view = LogView(spool, label=short)
    view.lines.empty = "Nothing has been logged yet."
    async with stage(view).run_here(40, 5) as pilot:
        assert lines(view.lines)[0] == "Nothing has been logged yet."
        number(spool, 0, 100)
        await tick(view, pilot)
        assert lines(view.lines) == [f"W0 line {index}" for index in range(95, 100)]
        spool.append("algo", [b"\x1b[31mred\x1b[0m\x07"])
        await tick(view, pilot)
        assert lines(view.lines)[-2:] == ["W0 line 99", "SM red·"]


async def test_scrolling_up_pauses_and_counts(stage: Any, lines: Callable[[Any], list[str]], spool: Spool) -> None:
    number(spool, 0, 100)
    view = LogView(spool, label=short)
    async with stage(view).run_here(60, 6) as pilot:
        view.lines.focus()
        await pilot.press("up")
        assert not view.lines.following
        top = lines(view.lines)[0]
        number(spool, 100, 1300)
        await tick(view, pilot)
        assert lines(view.lines)[0] == top
        assert "paused · 1,200 new lines · f follows" in lines(view.lines)[-1]
        assert view.lines.new_lines == 1200
        await pilot.press("f")
        assert view.lines.new_lines == 0
        assert lines(view.lines)[-1] == "W0 line 1299"
        await pilot.press("f")
        assert "no new lines" in lines(view.lines)[-1]
        await pilot.press("end")
        assert view.lines.following


async def test_the_wheel_pauses_and_resumes(stage: Any, spool: Spool) -> None:
    number(spool, 0, 100)
    view = LogView(spool)
    async with stage(view).run_here(40, 6) as pilot:
        view.lines._scroll_up_for_pointer(animate=False)
        assert not view.lines.following
        for _ in range(3):
            view.lines._scroll_down_for_pointer(animate=False)
        await pilot.pause()
        assert view.lines.following


async def test_what_is_read_stays_when_old_lines_are_dropped(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    spool = Spool(max_bytes=4000)
    number(spool, 0, 420)
    view = LogView(spool, label=short)
    async with stage(view).run_here(40, 6) as pilot:
        view.lines.show_number(400)
        await pilot.pause()
        before = lines(view.lines)
        number(spool, 420, 600)
        await tick(view, pilot)
        assert spool.first > 0
        assert lines(view.lines)[:5] == before[:5]
        number(spool, 600, 5000)
        await tick(view, pilot)
        assert lines(view.lines)[0] == f"W0 line {spool.first}"
    spool.close()


async def test_sources_can_be_filtered(stage: Any, lines: Callable[[Any], list[str]], spool: Spool) -> None:
    for index in range(50):
        number(spool, index, index + 1)
        spool.append("algo", [b"policy %d" % index])
    view = LogView(spool, label=short)
    async with stage(view).run_here(40, 3):
        view.show_sources({"algo"})
        assert lines(view.lines) == ["SM policy 47", "SM policy 48", "SM policy 49"]
        view.show_sources(None)
        assert lines(view.lines) == ["SM policy 48", "W0 line 49", "SM policy 49"]
        view.set_spool(None)
        assert lines(view.lines) == ["", "", ""]


async def test_search_goes_on_and_back_and_round(stage: Any, lines: Callable[[Any], list[str]], spool: Spool) -> None:
    number(spool, 0, 1000)
    view = LogView(spool, label=short)
    app = stage(view)
    async with app.run_here(40, 7) as pilot:
        view.lines.focus()
        view.search("LINE (3|700)$")
        await found(pilot)
        assert [message.number for message in app.seen(LogFound)] == [None]
        view.search("line (3|700)$", forward=False)
        await found(pilot)
        assert (view.lines.mark, view.lines.following) == (700, False)
        assert "W0▸line 700" in lines(view.lines)
        for key, wanted in (("n", 3), ("N", 700), ("N", 3), ("n", 700)):
            await pilot.press(key)
            await found(pilot)
            assert view.lines.mark == wanted
        assert [message.wrapped for message in app.seen(LogFound)] == [True, False, False, False, True, True]
        view.clear_search()
        assert view.lines.mark is None
        view.search("[")
        await found(pilot)
        assert view.lines.mark is None


async def test_errors_are_a_key_away(stage: Any, spool: Spool) -> None:
    number(spool, 0, 100)
    spool.append("algo", [b"Traceback (most recent call last):"])
    number(spool, 100, 200)
    spool.append("algo", [b"container killed: out of memory"])
    view = LogView(spool)
    async with stage(view).run_here(40, 7) as pilot:
        view.lines.focus()
        for key, wanted in (("E", 201), ("E", 100), ("e", 201)):
            await pilot.press(key)
            await found(pilot)
            assert view.lines.mark == wanted


async def test_nothing_to_search_in_is_said(stage: Any) -> None:
    view = LogView()
    app = stage(view)
    async with app.run_here() as pilot:
        view.search("x")
        await pilot.pause()
        assert [message.number for message in app.seen(LogFound)] == [None]


async def test_copying_takes_the_page_or_the_selection(stage: Any, spool: Spool) -> None:
    number(spool, 0, 100)
    view = LogView(spool, label=short)
    app = stage(view)
    async with app.run_here(40, 3) as pilot:
        view.lines.focus()
        assert view.copy_text() == "W0 line 97\nW0 line 98\nW0 line 99"
        await pilot.press("y")
        assert app.clipboard == view.copy_text()
        assert [message.text for message in app.seen(LogCopied)] == [app.clipboard]
        app.screen.selections = {view.lines: Selection(Offset(3, 10), Offset(5, 11))}
        assert view.copy_text() == "line 10\nW0 li"


async def test_text_is_selected_with_the_mouse(stage: Any, spool: Spool) -> None:
    number(spool, 0, 100)
    view = LogView(spool, label=short)
    async with stage(view).run_here(40, 5) as pilot:
        await pilot.mouse_down(view.lines, offset=(3, 1))
        await pilot.hover(view.lines, offset=(10, 2))
        await pilot.mouse_up(view.lines, offset=(10, 2))
        assert view.copy_text().startswith("line 96\nW0 line")


async def test_long_lines_are_cut_and_scroll_sideways(
    stage: Any, lines: Callable[[Any], list[str]], spool: Spool
) -> None:
    spool.append("algo", [b"0123456789" * 4, b"short"])
    view = LogView(spool, label=short)
    async with stage(view).run_here(24, 3) as pilot:
        view.lines.focus()
        await tick(view, pilot)
        assert lines(view.lines)[0] == "SM 0123456789012345678…"
        await pilot.press("right")
        assert lines(view.lines)[0] == "SM 8901234567890123456…"
        await pilot.press("right", "right", "right")
        assert lines(view.lines)[0].endswith("6789")
        await pilot.press("left")
        assert lines(view.lines)[0].startswith("SM ")


async def test_a_million_lines_cost_a_page(stage: Any, lines: Callable[[Any], list[str]], spool: CountingSpool) -> None:
    view = LogView(spool, label=short)
    async with stage(view).run_here(80, 24) as pilot:
        batch = [b"SIM_TRACE_LOG:0,%d,1.0,in_progress" % index for index in range(10_000)]
        for _ in range(100):
            spool.append("robomaker.1", batch)
        await tick(view, pilot)
        assert lines(view.lines)[-1] == "W0 SIM_TRACE_LOG:0,9999,1.0,in_progress"
        assert view.lines.page_now.count == 1_000_000
        assert spool.read <= 3 * 24
        view.lines.tick()
        await pilot.pause()
        assert spool.read <= 3 * 24  # nothing changed, nothing was read again


async def test_nothing_is_painted_while_nothing_changes(stage: Any, spool: Spool) -> None:
    number(spool, 0, 10)
    view = LogView(spool)
    async with stage(view).run_here(40, 5) as pilot:
        await tick(view, pilot)
        taken: list[int] = []
        view.lines.take_over = lambda: taken.append(1)  # type: ignore[method-assign]
        view.lines.tick()
        assert taken == []
        number(spool, 10, 11)
        view.lines.tick()
        assert taken == [1]
        pilot.app.app_focus = False
        view.lines._pace.ticks = 0
        for _ in range(10):
            view.lines.tick()
        assert len(taken) == 1 + 2  # slower while the terminal is not looked at


async def test_long_lines_wrap_and_the_end_stays_in_view(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    spool = Spool()
    spool.append("algo", [b"%02d " % n + b"x" * 40 for n in range(30)])
    view = LogView(spool, label=short)
    async with stage(view).run_here(width=24, height=7) as pilot:
        view.lines.wrap = True
        await tick(view, pilot)
        assert [line[:5] for line in lines(view.lines)] == ["SM 28", "   xx", "   xx", "SM 29", "   xx", "   xx", ""]
        view.lines.focus()
        await pilot.press("up")
        assert [view.lines.following] == [False]
        assert lines(view.lines)[0].startswith("SM 27")
        assert lines(view.lines)[-1].startswith(" paused")
        await pilot.press("home")
        assert lines(view.lines)[0].startswith("SM 00")
        for _ in range(28):
            await pilot.press("down")
        assert view.lines.following
        assert any(line.startswith("SM 29") for line in lines(view.lines))
        view.lines.show_number(10)
        await pilot.pause()
        assert any(line.startswith("SM▸10") for line in lines(view.lines))
        view.lines.wrap = False
        await pilot.pause()
        assert lines(view.lines)[1].startswith("SM")
    spool.close()


async def test_times_are_local_or_an_age(stage: Any, lines: Callable[[Any], list[str]], spool: Spool) -> None:
    now = datetime.now(timezone.utc) - timedelta(minutes=5)
    spool.append("algo", [b"said"], [now.strftime("%Y-%m-%dT%H:%M:%S.000000000Z").encode()])
    view = LogView(spool, label=short)
    async with stage(view).run_here() as pilot:
        await tick(view, pilot)
        assert lines(view.lines)[0] == "SM said"
        view.set_times(CLOCK)
        await pilot.pause()
        assert lines(view.lines)[0] == f"{now.astimezone():%H:%M:%S} SM said"
        view.set_times(AGE)
        await pilot.pause()
        assert lines(view.lines)[0].split() == ["5", "min", "SM", "said"]


async def test_bookmarks_are_set_visited_and_cleared(
    stage: Any, lines: Callable[[Any], list[str]], spool: Spool
) -> None:
    number(spool, 0, 100)
    view = LogView(spool, label=short)
    async with stage(view).run_here(height=10) as pilot:
        view.lines.focus()
        await pilot.press("b")
        assert pilot.app.seen(LogBookmarked)[-1].none_here
        await pilot.press("m")
        assert view.bookmarks == {99}
        view.lines.show_number(50)
        await pilot.press("m")
        await pilot.pause()
        assert "W0◆line 50" in lines(view.lines)
        await pilot.press("b")
        assert view.lines.mark == 99
        await pilot.press("b")
        assert view.lines.mark == 50
        await pilot.press("B")
        assert view.lines.mark == 99
        await pilot.press("m")
        assert view.bookmarks == {50}
        view.sift(Sieve(pattern="line 9"))
        await tick(view, pilot)
        await pilot.press("b")
        await pilot.pause()
        assert pilot.app.seen(LogBookmarked)[-1].none_here


async def test_a_click_marks_a_line_and_pauses(stage: Any, lines: Callable[[Any], list[str]], spool: Spool) -> None:
    number(spool, 0, 100)
    view = LogView(spool, label=short)
    async with stage(view).run_here(height=10) as pilot:
        await tick(view, pilot)
        await pilot.click(view.lines, offset=(5, 3))
        assert (view.lines.mark, view.lines.following) == (93, False)
        assert "W0▸line 93" in lines(view.lines)


async def test_a_filter_follows_what_arrives_and_noise_is_counted(
    stage: Any, lines: Callable[[Any], list[str]], spool: Spool
) -> None:
    spool.append("robomaker.1", [b"good", b"x11vnc says something", b"bad"])
    view = LogView(spool, label=short)
    async with stage(view).run_here() as pilot:
        view.sift(Sieve(noise=False))
        assert [line for line in lines(view.lines) if line] == ["W0 good", "W0 bad"]
        assert view.rows is not None
        assert view.rows.noise == 1
        view.sift(Sieve(pattern="o", inverse=True))
        spool.append("robomaker.1", [b"no", b"and"])
        await tick(view, pilot)
        assert [line for line in lines(view.lines) if line] == ["W0 bad", "W0 and"]


async def test_what_is_read_stays_when_late_lines_come(
    stage: Any, lines: Callable[[Any], list[str]], spool: Spool
) -> None:
    def stamps(start: int, count: int) -> list[bytes]:
        return [b"2026-01-01T00:%02d:%02d.000000000Z" % divmod(start + n, 60) for n in range(count)]

    spool.append("robomaker.1", [b"line %d" % n for n in range(100)], stamps(600, 100))
    view = LogView(spool, label=short)
    async with stage(view).run_here(height=10) as pilot:
        view.lines.focus()
        await tick(view, pilot)
        await pilot.press("pageup")
        before = lines(view.lines)[:-1]
        spool.append("algo", [b"late %d" % n for n in range(50)], stamps(0, 50))
        await tick(view, pilot)
        assert lines(view.lines)[:-1] == before
        await pilot.press("home")
        assert lines(view.lines)[0] == "SM late 0"

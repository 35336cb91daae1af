"""The doctor in the app."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Static

from dots_tui.app.doctor.line import Line
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.ui.doctor_report import DoctorReport
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace
from tests.ui.panes.stacks_steps import Until


async def test_the_palette_shows_the_report_and_escape_closes_it(tmp_path: Path, until: Until) -> None:
    create_defaults(tmp_path / "custom-files")
    app = DotsApp(make_workspace(str(tmp_path / "custom-files")))
    async with app.run_test(size=(90, 24)) as pilot:
        command = next(one for one in app.get_system_commands(app.screen) if one.title == "Doctor")
        command.callback()
        await until(pilot, lambda: isinstance(app.screen, DoctorReport))
        told = [str(one.render()) for one in app.screen.query(Static)]
        assert told[0].startswith("good     python")
        assert any("90 x 24 cells" in one or "TERM is" in one for one in told)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, DoctorReport))


async def test_a_long_report_scrolls_and_shows_no_control_characters(tmp_path: Path) -> None:
    create_defaults(tmp_path / "custom-files")
    app = DotsApp(make_workspace(str(tmp_path / "custom-files")))
    async with app.run_test(size=(80, 12)) as pilot:
        lines = [Line("ssh", "warning", "some", f"Key \x1b[31m{number}.", "Do this.") for number in range(20)]
        app.push_screen(DoctorReport(lines))
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        box = app.screen.query_one("VerticalScroll")
        assert box.scroll_target_y > 0
        assert not any("\x1b" in str(one.render()) for one in app.screen.query(Static))

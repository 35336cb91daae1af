"""The details of a key: what each reader sees, what the catalogue knows, notes, findings, and the track."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
from textual.pilot import Pilot

from dots_tui.config.settings import TRACKS_VARIABLE
from dots_tui.tracks.builtin import track_for
from dots_tui.ui.panes.files.details import Readings, about, key_on_line
from dots_tui.ui.panes.files.key_details import Details
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.code_editor import CodeEditor
from dots_tui.ui.widgets.form import EnvForm

SIZE = (118, 60)


def _load(name: str) -> ModuleType:
    # Test folders are no packages (import mode importlib), so helpers are loaded by their path.
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[3] / "tracks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _append(folder: Path, name: str, text: str) -> None:
    with (folder / name).open("a") as file:
        file.write(text)


async def _at(pilot: Pilot[int], app: DotsApp, key: str) -> str:
    await pilot.pause(0.15)
    assert app.query_one(EnvForm).show_key(key)
    await pilot.pause()
    return app.query_one(Details).text


async def test_readers_that_agree_are_one_calm_line(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        text = await _at(pilot, app, "DR_CAR_NAME")
        assert "All readers see FastCar" in text
        assert "What readers see" not in text
        assert "▲" not in text


async def test_readers_that_differ_are_shown_with_what_they_do(app: DotsApp, folder: Path) -> None:
    _append(folder, "run.env", "MY_OWN=1 # note\n")
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        lines = (await _at(pilot, app, "MY_OWN")).splitlines()
        start = lines.index("What readers see ▲")
        shown = " ".join(" ".join(lines[start:]).split())
        assert "bash source, DRFC, python-dotenv 1 instance awk, menu.py 1 # note" in shown
        assert "▲ DRFC prints all exported variables" in shown


async def test_a_reference_shows_what_it_expands_to_and_is_no_alarm(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        text = await _at(pilot, app, "DR_DISPLAY_NAME")
        assert "What readers see" in text
        assert "FastCar" in text
        assert "$DR_CAR_NAME" in text
        assert "▲" not in text


async def test_notes_and_what_the_catalogue_knows(app: DotsApp, folder: Path) -> None:
    _append(folder, "run.env", "# faster than before\nDR_GAZEBO_ARGS=-v\n")
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        text = await _at(pilot, app, "DR_GAZEBO_ARGS")
        assert "Your notes\n  faster than before" in text
        assert "Since   " in text
        assert "Read by " in text


async def test_in_the_text_the_details_are_those_of_the_line(app: DotsApp, folder: Path) -> None:
    _append(folder, "run.env", "MY_OWN=1\nMY_OTHER=2\n")
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.15)
        await pilot.press("t")
        await pilot.pause(0.1)
        editor = app.query_one(CodeEditor)
        editor.go_to(editor.text.count("\n"))
        await pilot.pause(0.3)
        assert app.query_one(Details).text.startswith("MY_OTHER\n")
        await pilot.press("up")
        await pilot.pause(0.3)
        assert app.query_one(Details).text.startswith("MY_OWN\n")


async def test_json_keys_have_details_without_readers(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.15)
        app.pane.show_file("hyperparameters.json")  # type: ignore[attr-defined]
        text = await _at(pilot, app, "batch_size")
        assert text.startswith("batch_size\n")
        assert "readers see" not in text


async def test_the_track_is_drawn_where_its_shape_is_known(
    app: DotsApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    routes = _load("routes")
    (tmp_path / "tracks").mkdir()
    monkeypatch.setenv(TRACKS_VARIABLE, str(tmp_path / "tracks"))
    async with app.run_test(size=SIZE) as pilot:
        text = await _at(pilot, app, "DR_WORLD_NAME")
        assert "23.12 m" in text
        assert not any("\u2800" < char <= "\u28ff" for char in text)
        shape = routes.npy(routes.rows_of(track_for("reInvent2019_track")))
        (tmp_path / "tracks/reInvent2019_track.npy").write_bytes(shape)
        await _at(pilot, app, "DR_CAR_NAME")
        text = await _at(pilot, app, "DR_WORLD_NAME")
        assert any("\u2800" < char <= "\u28ff" for char in text)


async def test_details_longer_than_the_column_scroll(app: DotsApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.15)
        await pilot.press("i")
        await _at(pilot, app, "DR_WORLD_NAME")
        details = app.query_one(Details)
        assert details.line_count() > details.page.height
        details.focus()
        await pilot.press("end")
        await pilot.pause(0.5)
        assert details.scroll_offset.y == details.line_count() - details.page.height
        await _at(pilot, app, "DR_CAR_NAME")
        assert details.scroll_offset.y == 0


def test_the_readers_are_asked_once_for_each_state_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    from dots_tui.custom_files import lens

    asked: list[Mapping[str, bytes]] = []
    real = lens.lens

    def counted(sources: Mapping[str, bytes]) -> Mapping[str, Mapping[str, lens.KeyReading]]:
        asked.append(sources)
        return real(sources)

    monkeypatch.setattr(lens, "lens", counted)
    readings, sources = Readings(), {"run.env": b"MY_A=1\nMY_B=$MY_A\n"}
    for name in ("MY_A", "MY_B", "MY_A"):
        assert about("run.env", name, dict(sources), (), readings).seen[0].value == "1"
    assert len(asked) == 1
    assert about("run.env", "MY_A", {"run.env": b"MY_A=2\n"}, (), readings).seen[0].value == "2"
    assert about("run.env", "MY_NONE", {"run.env": b"MY_A=2\n"}, (), readings).seen == ()
    assert len(asked) == 2


def test_the_key_of_a_line() -> None:
    env = b"# note\nMY_A=1\n#MY_B=2\n"
    assert [key_on_line("run.env", env, number) for number in (1, 2, 3, 4)] == ["", "MY_A", "MY_B", ""]
    data = b'{\n "batch_size": 64,\n "lr": 1\n}'
    assert [key_on_line("hyperparameters.json", data, number) for number in (1, 2, 3)] == ["", "batch_size", "lr"]
    assert key_on_line("reward_function.py", b"batch_size: 1\n", 1) == ""

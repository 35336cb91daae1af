"""The Models pane on a loopback AWS."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from dots_tui.app.models import cleanup_plan
from dots_tui.ui.panes.diff_screen import DiffScreen
from dots_tui.ui.panes.models import model_browser
from dots_tui.ui.panes.models.model_browser import ModelBrowser
from dots_tui.ui.panes.models.model_detail_view import CheckpointTable, ModelDetailView
from dots_tui.ui.panes.models.model_list import ModelList
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.chart import Chart
from dots_tui.ui.widgets.dialogs import TypeName
from tests import bucket_models

if TYPE_CHECKING:
    from pathlib import Path

    from dots_tui.aws.session import Aws

Until = Callable[..., Any]


@pytest.fixture
def bucket(aws: Aws, base: str) -> str:
    return bucket_models.bucket_of(aws, base)


def lines(listing: ModelList, width: int = 120) -> list[str]:
    return [listing.line_text(index, width).plain.rstrip() for index in range(listing.line_count())]


def said(app: DotsApp, of: str) -> str:
    return str(app.query_one(f"#{of}", Static).render())


async def shown(app: DotsApp, pilot: Pilot[Any], until: Until) -> ModelBrowser:
    await pilot.press("5")
    browser = app.query_one(ModelBrowser)
    await until(pilot, lambda: browser.snapshot.complete)
    return browser


async def test_tree_of_models(racing: DotsApp, bucket: str, until: Until) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    bucket_models.put(bucket, bucket_models.model("t/run-2", parent="t/run-1", lap_s=9.25))
    bucket_models.put(bucket, bucket_models.model("t/run-3", parent="t/run-1", best=9))
    async with racing.run_test(size=(120, 40)) as pilot:
        await shown(racing, pilot, until)
        _, first, second, third = lines(racing.query_one(ModelList))
        assert first.startswith("run-1")
        assert second.startswith("├ run-2")
        assert "9.25 s" in second
        assert third.startswith("└ run-3")
        assert third.endswith("9 missing")
        assert said(racing, "models-line").startswith("3 models")


async def test_pane_reads_an_old_catalog_again(
    racing: DotsApp, bucket: str, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    async with racing.run_test(size=(120, 40)) as pilot:
        browser = await shown(racing, pilot, until)
        bucket_models.put(bucket, bucket_models.model("t/run-2"))
        await pilot.press("1", "5")
        assert len(browser.snapshot.models) == 1
        monkeypatch.setattr(model_browser, "FRESH_S", 0.0)
        await pilot.press("1", "5")
        await until(pilot, lambda: len(browser.snapshot.models) == 2)


async def test_details_of_the_selected_model(racing: DotsApp, bucket: str, until: Until) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", checkpoints=(1, 2), best=1))
    bucket_models.put(bucket, bucket_models.model("t/run-2", checkpoints=(5,)))
    async with racing.run_test(size=(160, 40)) as pilot:
        await shown(racing, pilot, until)
        view, table = racing.query_one(ModelDetailView), racing.query_one(CheckpointTable)
        await until(pilot, lambda: view.detail is not None and table.line_count() > 1)
        rows = [table.line_text(index, 100).plain.split() for index in range(table.line_count())]
        assert rows[1][0] == "2"
        assert [row[-1] for row in rows[1:3]] == ["last", "best"]
        assert racing.query_one(Chart).display
        await pilot.press("down")
        await until(pilot, lambda: view.detail is not None and view.detail.model.key.name == "run-2")
        assert view.detail is not None
        assert [row.number for row in view.detail.rows if row.stored is not None] == [5]


async def test_diff_to_the_open_file(racing: DotsApp, bucket: str, until: Until) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    async with racing.run_test(size=(120, 40)) as pilot:
        await shown(racing, pilot, until)
        view = racing.query_one(ModelDetailView)
        await until(pilot, lambda: view.detail is not None)
        assert view.detail is not None
        assert set(view.detail.differing(racing.workspace.sources())) == {"run.env", "reward_function.py"}
        await pilot.press("d")
        await until(pilot, lambda: len(racing.screen_stack) > 1)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(racing.screen, DiffScreen))
        await pilot.press("escape")
        await until(pilot, lambda: len(racing.screen_stack) == 1)


async def test_narrow_terminal_shows_details_instead_of_the_list(racing: DotsApp, bucket: str, until: Until) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    async with racing.run_test(size=(80, 24)) as pilot:
        await shown(racing, pilot, until)
        listing, table = racing.query_one(ModelList), racing.query_one(CheckpointTable)
        assert (listing.is_on_screen, table.is_on_screen) == (True, False)
        await pilot.press("enter")
        await until(pilot, lambda: table.has_focus)
        assert not listing.is_on_screen
        await pilot.press("v")
        await until(pilot, lambda: listing.has_focus)


async def test_order_by_size_keeps_the_selected_model(racing: DotsApp, bucket: str, until: Until) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    bucket_models.put(bucket, bucket_models.model("t/run-2", extra={"logs/a.log": b"x" * 90_000}))
    async with racing.run_test(size=(120, 40)) as pilot:
        browser = await shown(racing, pilot, until)
        assert browser.selected is not None
        assert browser.selected.key.name == "run-1"
        await pilot.press("o", "o")
        assert [line.split()[0] for line in lines(racing.query_one(ModelList))[1:]] == ["run-2", "run-1"]
        assert browser.selected.key.name == "run-1"


async def test_without_base_stack_the_next_step_is_named(racing: DotsApp, cloud: Any, until: Until) -> None:
    async with racing.run_test(size=(80, 24)) as pilot:
        await shown(racing, pilot, until)
        assert said(racing, "models-empty").startswith("No base stack in us-east-1 yet")


async def test_empty_bucket_names_the_next_step(racing: DotsApp, bucket: str, until: Until) -> None:
    async with racing.run_test(size=(80, 24)) as pilot:
        await shown(racing, pilot, until)
        assert said(racing, "models-empty").startswith(f"No models in {bucket} yet")


async def test_problem_is_shown_and_reading_again_helps(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("5")
        await until(pilot, lambda: "no cloud in this test" in said(app, "models-empty"))


async def test_hostile_name_cannot_reach_the_terminal(racing: DotsApp, bucket: str, until: Until) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run\x1b[31m-1"))
    async with racing.run_test(size=(120, 40)) as pilot:
        await shown(racing, pilot, until)
        assert "\x1b" not in "".join(lines(racing.query_one(ModelList)))


async def test_continue_changes_the_open_files(racing: DotsApp, bucket: str, until: Until) -> None:
    bucket_models.put(bucket, bucket_models.model("training/reInvent2019_track/run-1"))
    async with racing.run_test(size=(120, 40)) as pilot:
        await shown(racing, pilot, until)
        await pilot.press("c")
        for _ in range(3):  # the checkpoint, the name, the confirmation
            await until(pilot, lambda: len(racing.screen_stack) > 1)
            before = racing.screen
            await pilot.press("enter")
            await until(pilot, lambda: racing.screen is not before)  # noqa: B023 - awaited in the same turn
        await until(pilot, lambda: racing.current_pane == 0)
        values = racing.workspace.documents["run.env"].text
        assert "DR_LOCAL_S3_MODEL_PREFIX=training/$DR_WORLD_NAME/run-2" in values
        assert "DR_LOCAL_S3_PRETRAINED=True" in values
        assert racing.workspace.unsaved() == ["run.env"]
        racing.workspace.documents["run.env"].undo()
        assert racing.workspace.unsaved() == []


async def test_refused_continuation_says_why(racing: DotsApp, bucket: str, until: Until) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1", checkpoints=()))
    async with racing.run_test(size=(120, 40)) as pilot:
        await shown(racing, pilot, until)
        await pilot.press("c")
        await until(pilot, lambda: "no complete checkpoint" in said(racing, "models-work"))
        assert racing.workspace.unsaved() == []


async def test_download(racing: DotsApp, bucket: str, tmp_path: Path, until: Until) -> None:
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    async with racing.run_test(size=(120, 40)) as pilot:
        await shown(racing, pilot, until)
        await pilot.press("w")
        await until(pilot, lambda: len(racing.screen_stack) > 1)
        racing.screen.query_one(Input).value = str(tmp_path)
        await pilot.press("enter")
        await until(pilot, lambda: "verified" in said(racing, "models-work"))
        assert (tmp_path / "run-1/model/deepracer_checkpoints.json").is_file()


async def test_delete_asks_for_the_name_and_reads_again(
    racing: DotsApp, bucket: str, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup_plan, "QUIET", timedelta(0))
    bucket_models.put(bucket, bucket_models.model("t/run-1"))
    bucket_models.put(bucket, bucket_models.model("t/run-2"))
    async with racing.run_test(size=(120, 40)) as pilot:
        browser = await shown(racing, pilot, until)
        await pilot.press("D")
        await until(pilot, lambda: len(racing.screen_stack) > 1)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(racing.screen, TypeName))
        racing.screen.query_one(Input).value = "run-1"
        await pilot.press("enter")
        await until(pilot, lambda: [one.key.name for one in browser.snapshot.models] == ["run-2"])
        assert "are deleted" in said(racing, "models-work")

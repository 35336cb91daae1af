"""The Stacks pane on the loopback AWS: what there is, base stacks, and what AWS refuses."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from textual.widgets import Input, Static

from dots_tui.app.milestones import Milestone
from dots_tui.app.runs.run_verdict import RunWords
from dots_tui.aws import everywhere
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault, LoopbackAws
from dots_tui.ui.panes.stacks import columns
from dots_tui.ui.panes.stacks.forms import BaseForm, LaunchForm
from dots_tui.ui.panes.stacks.stack_list import StackList
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace
from dots_tui.ui.widgets.event_tree import StackEvents
from dots_tui.ui.widgets.top_bar import TopBar
from tests.ui.panes.stacks_steps import (
    SIZE,
    Until,
    busy,
    events,
    launch,
    listing,
    on_screen,
    rows,
    said,
    selected,
    show,
    type_name,
    waits,
)

# -- nothing yet, and a base stack --------------------------------------------------------------------


async def test_without_a_base_stack_the_pane_says_what_to_do(racing: DotsApp, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        assert "No base stack in us-east-1 yet" in said(pane)
        assert "b creates one" in said(pane)
        await pilot.press("n")
        await pilot.pause()
        assert len(racing.screen_stack) == 1
        assert any("no complete base stack" in one.message for one in racing._notifications)


async def test_a_base_stack_is_created_through_the_form(racing: DotsApp, cloud: LoopbackAws, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        cloud.step = 0.4
        await pilot.press("b")
        await until(pilot, lambda: isinstance(racing.screen, BaseForm))
        racing.screen.query_one("#form-address", Input).value = "203.0.113.7"
        await pilot.press("enter")
        await until(pilot, lambda: 0 < pane.query_one(StackEvents).progress[0] < 10)
        assert busy(pane) == "Creating the base stack dots-base"
        assert pane.query_one(StackEvents).progress[1] == 10
        assert any("creating" in line for line in events(pane))
        cloud.step = 0.0
        await until(pilot, lambda: not busy(pane) and listing(pane).bases)
        assert listing(pane).bases == ["dots-base"]
        assert "10 of 10 done" in events(pane)[0]
        assert "dots-base: done" in said(pane)
        assert "ready" in rows(pane)[1]
        assert racing.workspace.settings.address == "203.0.113.7"
        assert Milestone.BASE_READY in racing.workspace.milestones
        await pilot.press("escape")
        await pilot.pause()
        assert not pane.overview.progress.display
        assert "n launches one" in said(pane)


async def test_a_base_stack_can_be_used_when_its_creation_is_reported_as_done(
    racing: DotsApp, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = everywhere.stacks_of

    def late(aws: Aws, regions: Sequence[str]) -> Any:
        found = listed(aws, regions)
        time.sleep(0.4)  # the answer arrives after the last event
        return found

    monkeypatch.setattr(everywhere, "stacks_of", late)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(racing.screen, BaseForm))
        racing.screen.query_one("#form-address", Input).value = "203.0.113.7"
        await pilot.press("enter")
        await until(pilot, lambda: "dots-base: done" in said(pane))
        assert listing(pane).bases == ["dots-base"]
        await pilot.press("n")
        await until(pilot, lambda: isinstance(racing.screen, LaunchForm))


async def test_an_address_that_aws_never_sees_is_told_in_the_form(
    racing: DotsApp, cloud: LoopbackAws, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(racing.screen, BaseForm))
        racing.screen.query_one("#form-address", Input).value = "192.168.1.4"
        await pilot.press("enter")
        await pilot.pause()
        assert "home or office network" in str(racing.screen.query_one("#hint", Static).render())
        await pilot.press("escape")
        await pilot.pause()
        assert len(racing.screen_stack) == 1
        assert not busy(pane)
    assert ("cloudformation", "CreateStack") not in cloud.calls


# -- the list -----------------------------------------------------------------------------------------


async def test_a_training_is_listed_with_type_address_price_and_time_left(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        heading, training, base_row = rows(pane)
        assert heading.split() == " ".join(columns.COLUMNS).split()[: len(heading.split())]
        assert "ends as" in heading
        assert training.split()[0] == "run-1"
        for word in ("running", "0:5", "g4dn.2xlarge", "us-east-1", "0.76", "standard", "saves & deletes"):
            assert word in training
        assert "base stack" in base_row
        assert selected(pane) == "run-1"
        assert re.search(r"ends +in 0:5\d, after saving the model", on_screen(racing))
        await until(pilot, lambda: any("$0.76/h" in part for part in racing.query_one(TopBar).status))


async def test_the_run_that_is_watched_tells_its_workers_and_how_it_learns(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch(aws, files)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        assert rows(pane)[1].split()[6:8] == ["-", "-"]
        run = listing(pane).stacks[0] if listing(pane).stacks[0].kind == "training" else listing(pane).stacks[1]
        watched = {run.id: RunWords("2/3", "learning", "good", lost=False)}
        monkeypatch.setattr(racing.workspace.runs, "words", watched.get)
        await until(pilot, lambda: rows(pane)[1].split()[6:8] == ["2/3", "learning"])
        watched[run.id] = RunWords("2/3", "lost", "warning", lost=True)
        await until(pilot, lambda: "unreachable" in rows(pane)[1])


async def test_at_80_columns_the_footer_has_what_ends_and_prolongs_a_run(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    async with racing.run_test(size=(80, 24)) as pilot:
        await show(pilot, until)
        await until(pilot, lambda: "D Delete" in on_screen(racing))
        footer = on_screen(racing).splitlines()[-1]
        for words in ("n New run", "+ Extend", "S Stop safely", "D Delete", "? Help"):
            assert words in footer


async def test_without_a_stack_the_footer_says_how_to_make_one(racing: DotsApp, until: Until) -> None:
    async with racing.run_test(size=(80, 24)) as pilot:
        await show(pilot, until)
        await pilot.pause()
        footer = on_screen(racing).splitlines()[-1]
        assert "b Base" in footer
        assert "S Stop safely" not in footer


async def test_the_cursor_stays_on_its_stack(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        assert selected(pane) == "base"
        launch(aws, files)
        await pilot.press("r")
        await until(pilot, lambda: len(listing(pane).stacks) == 2)
        assert selected(pane) == "base"
        await pilot.press("up")
        await pilot.pause()
        assert selected(pane) == "run-1"
        await pilot.press("enter")
        await pilot.pause()
        assert racing.workspace.runs.watched == "run-1"
        assert racing.current_pane == 3


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (200, 50)])
async def test_it_fits_every_terminal(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until, size: tuple[int, int]
) -> None:
    launch(aws, files)
    async with racing.run_test(size=size) as pilot:
        pane = await show(pilot, until)
        listing = pane.query_one(StackList)
        width = listing.page.width
        for index in range(3):
            assert listing.line_text(index, width - 2).cell_len <= width - 2
        assert "run-1" in listing.line_text(1, width - 2).plain
        assert "running" in listing.line_text(1, width - 2).plain
        for key in ("D", "S", "b", "n", "question_mark"):
            await pilot.press(key)
            await until(pilot, lambda: len(racing.screen_stack) == 2)
            await pilot.press("escape")
            await until(pilot, lambda: len(racing.screen_stack) == 1)


# -- what AWS refuses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        ("ExpiredToken", "The security token included in the request is expired", "Your AWS login has expired."),
        ("AccessDenied", "User x is not authorized to perform: cloudformation:DescribeStacks", "You are not allowed"),
    ],
)
async def test_a_refusal_is_told_in_plain_words_and_goes_when_it_is_over(
    racing: DotsApp, cloud: LoopbackAws, until: Until, code: str, message: str, words: str
) -> None:
    cloud.faults.append(Fault("cloudformation", "DescribeStacks", code, message, 403, times=1000))
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        assert words in said(pane)
        assert "r asks again" in said(pane)
        assert "Traceback" not in said(pane)
        assert code not in said(pane)
        cloud.faults.clear()
        await pilot.press("r")
        await until(pilot, lambda: listing(pane).answered and listing(pane).problem is None)
        assert "No base stack" in said(pane)


async def test_without_credentials_the_pane_says_so(
    files: CustomFiles, cloud: LoopbackAws, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    app = DotsApp(make_workspace(str(files.root)))
    async with app.run_test(size=(80, 24)) as pilot:
        pane = await show(pilot, until)
        assert "No AWS credentials were found." in said(pane)
        assert "aws configure" in said(pane)


async def test_trouble_while_an_operation_runs_does_not_end_it(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    async with racing.run_test(size=SIZE) as pilot:
        pane, go_on = await show(pilot, until), threading.Event()
        cloud.on_instance_gone = lambda _: waits(go_on)
        await pilot.press("D")
        await type_name(pilot, until, "run-1")
        await until(pilot, lambda: pane.query_one(StackEvents).progress[0] > 0)
        cloud.faults.append(Fault("cloudformation", "DescribeStacks", "AccessDenied", "no", 403, times=1))
        await pilot.press("r")
        await until(pilot, lambda: listing(pane).problem is not None)
        assert busy(pane) == "Deleting run-1"
        go_on.set()
        await until(pilot, lambda: not busy(pane))
        assert "Deleting run-1: done." in said(pane)

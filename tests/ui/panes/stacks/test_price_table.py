"""The table of prices: sorted, filtered, honest about what is missing; a row fills the launch."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Select

from dots_tui.app.price_book import NEARBY
from dots_tui.aws.market import Price
from dots_tui.aws.session import Aws
from dots_tui.demo.aws import Fault, LoopbackAws
from dots_tui.ui.panes.stacks.forms import LaunchForm
from dots_tui.ui.panes.stacks.price_table import SORTS, PricesScreen, PriceTable, cells, matching, sort_key
from dots_tui.ui.shell import DotsApp
from tests.ui.panes.stacks_steps import SIZE, Until, listing, on_screen, said, show


def price(zone: str = "us-east-1a", kind: str = "g4dn.2xlarge", **more: object) -> Price:
    values: dict[str, object] = {
        "region": zone[:-1],
        "zone": zone,
        "type": kind,
        "workers": 2,
        "spot": 0.3,
        "on_demand": 0.75,
        "listed": False,
        "band": "5-10%",
    }
    return Price(**{**values, **more})  # type: ignore[arg-type]


def test_what_is_not_known_is_empty_and_a_listed_price_is_marked() -> None:
    row = cells(price(spot=None, listed=True, band=""), "spot")
    assert (row["spot"], row["$/worker-h"], row["on demand"], row["interrupted"]) == ("", "", "~0.750", "")


@pytest.mark.parametrize("by", SORTS)
def test_rows_without_a_value_come_last(by: str) -> None:
    full, none = price(), price("zz-zone-1z", "z9.xlarge", spot=None, on_demand=None, band="")
    assert min([none, full], key=lambda row: sort_key(row, by, "spot")) is full


def test_how_often_is_sorted_as_numbers() -> None:
    bands = ["<5%", "5-10%", "10-15%", "15-20%", ">20%"]
    rows = [price(band=band) for band in reversed(bands)]
    rows.sort(key=lambda row: sort_key(row, "interrupted", "spot"))
    assert [row.band for row in rows] == bands


def test_every_word_of_the_filter_must_be_there() -> None:
    rows = [price(), price("eu-west-1b"), price("eu-west-1a", "g5.2xlarge")]
    assert matching(rows, "eu g5") == [rows[2]]
    assert matching(rows, "") == rows


async def _open(pilot, until: Until) -> PricesScreen:  # type: ignore[no-untyped-def]
    await pilot.press("p")
    await until(pilot, lambda: isinstance(pilot.app.screen, PricesScreen))
    screen = pilot.app.screen
    assert isinstance(screen, PricesScreen)
    await pilot.pause()
    return screen


@pytest.mark.parametrize("size", [(200, 50), (118, 36), (80, 24), (50, 14)])
async def test_the_table_fits_and_is_sorted_and_filtered(
    racing: DotsApp, cloud: LoopbackAws, until: Until, size: tuple[int, int]
) -> None:
    async with racing.run_test(size=size) as pilot:
        await show(pilot, until)
        screen = await _open(pilot, until)
        table = screen.query_one(PriceTable)
        assert {row.region for row in table.rows} == set(NEARBY)
        values = [row.per_worker("spot") or 99 for row in table.rows]
        assert values == sorted(values)
        for index in range(3):
            assert table.line_text(index, table.page.width - 2).cell_len <= max(table.page.width - 2, 78)
        await pilot.press("s", "s", "s")
        await pilot.pause()
        assert table.by == "type"
        await pilot.press("slash", *"eu-west g5")
        await pilot.pause()
        assert table.rows
        assert all(row.region == "eu-west-1" and row.type.startswith("g5") for row in table.rows)
        await pilot.press("escape")
        await pilot.pause()
        assert {row.region for row in table.rows} == set(NEARBY)
        await pilot.press("m")
        await pilot.pause()
        assert table.market == "standard"
        await pilot.press("escape")
        await pilot.pause()
        assert len(racing.screen_stack) == 1


async def test_a_row_fills_the_launch_form(racing: DotsApp, aws: Aws, base: str, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        screen = await _open(pilot, until)
        screen.query_one(Input).value = "us-east-1 g5.4xlarge"
        await pilot.pause()
        screen.query_one(PriceTable).focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(racing.screen, LaunchForm))
        assert racing.screen.query_one("#form-type", Select).value == "g5.4xlarge"
        assert racing.screen.query_one("#form-market", Select).value == "spot"


async def test_a_row_of_another_region_goes_there_first(racing: DotsApp, aws: Aws, base: str, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        screen = await _open(pilot, until)
        screen.query_one(Input).value = "us-east-2"
        await pilot.pause()
        screen.query_one(PriceTable).focus()
        await pilot.press("enter")
        await until(pilot, lambda: listing(pane).region == "us-east-2" and listing(pane).answered)
        assert racing.workspace.settings.region == "us-east-2"
        await until(pilot, lambda: any("no complete base stack" in one.message for one in racing._notifications))


async def test_prices_that_are_refused_are_told(racing: DotsApp, cloud: LoopbackAws, until: Until) -> None:
    cloud.faults.append(Fault("ec2", "DescribeSpotPriceHistory", "UnauthorizedOperation", "no", 403, times=99))
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("p")
        await until(pilot, lambda: "You are not allowed to" in said(pane))


async def test_what_could_not_be_had_is_said_below_the_table(racing: DotsApp, cloud: LoopbackAws, until: Until) -> None:
    cloud.faults.append(Fault("pricing", "GetProducts", "AccessDeniedException", "no", 400, times=99))
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        await _open(pilot, until)
        assert "Not complete: the price list was not to be had" in on_screen(racing)


async def test_a_budget_is_the_time_to_live_the_form_begins_with(
    racing: DotsApp, aws: Aws, base: str, until: Until
) -> None:
    racing.workspace.settings_file.update(budget="2")
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(racing.screen, LaunchForm))
        assert racing.screen.query_one("#form-ttl", Input).value == "142"  # 2 USD at 0.76 an hour, 15 min kept back

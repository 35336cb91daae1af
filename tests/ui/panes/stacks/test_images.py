"""Machine images in the Stacks pane."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.widgets import Input

from dots_tui.aws import images
from dots_tui.aws.session import Aws
from dots_tui.demo.aws import LoopbackAws
from dots_tui.demo.builder import EmbeddedBuilder, is_builder
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.dialogs import Choose, Confirm
from tests.ui.panes.stacks_steps import SIZE, Until, plan, show


@pytest.fixture(autouse=True)
def _builders(cloud: LoopbackAws) -> Iterator[None]:
    def built(instance_id: str, stack: str, parameters: dict[str, str]) -> None:
        if is_builder(parameters):
            EmbeddedBuilder(instance_id, stack, parameters, cloud.url, pause_s=0.0).build()

    cloud.on_instance = built
    yield
    cloud.on_instance = None


async def test_an_image_is_baked_after_its_cost_was_shown(racing: DotsApp, aws: Aws, base: str, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        assert images.private_images(aws) == []
        await pilot.press("y")
        await until(pilot, lambda: bool(images.private_images(aws)))
        await until(pilot, lambda: images.newest(images.private_images(aws)) is not None)


async def test_no_bakes_nothing(racing: DotsApp, aws: Aws, base: str, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(racing.screen, Confirm))
        assert images.private_images(aws) == []


async def test_the_form_takes_an_image_and_the_board_judges_it(
    racing: DotsApp, aws: Aws, base: str, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("n")
        await until(pilot, lambda: bool(racing.screen.query("#form-image")))
        racing.screen.query_one("#form-image", Input).value = "newest"
        await pilot.press("enter")
        await pilot.pause()
        assert racing.screen.has_class("-wrong")
        racing.screen.query_one("#form-image", Input).value = "scratch"
        await pilot.press("enter")
        await until(pilot, lambda: pane.preparation.plan is not None)
        planned = pane.preparation.plan
        assert planned is not None
        assert planned.parameters["Setup"] == "scratch"
        [line] = [one for one in planned.lines if one.topic == "image"]
        assert line.code == "image-scratch"


async def test_a_region_without_an_image_offers_to_install_at_launch(
    racing: DotsApp, cloud: LoopbackAws, base: str, until: Until
) -> None:
    nothing = "<DescribeImagesResponse><imagesSet/></DescribeImagesResponse>"
    cloud.hooks["ec2", "DescribeImages"] = lambda request: nothing if "Owner.1" in request else None
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        pane = await plan(pilot, until)
        await pilot.press("F")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("enter")
        await until(pilot, lambda: pane.preparation.has_class("-go"))
        assert pane.preparation.choices is not None
        assert pane.preparation.choices.image == "scratch"

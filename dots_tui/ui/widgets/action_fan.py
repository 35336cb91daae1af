"""The action space as a fan seen from above: where the car can go in one step, and how fast."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text

from dots_tui.custom_files.action_space import Action, ActionSpace, Continuous
from dots_tui.ui.widgets.canvas import Canvas
from dots_tui.ui.widgets.drawing import Drawing
from dots_tui.ui.widgets.glyphs import ascii_only

POINT, RAY, RING = range(3)
STEEPEST = 30.0  # degrees of steering at the edge of the fan
WIDEST = 70.0  # degrees on the screen that it may be drawn at, where the picture is low and wide
LABEL = 4  # cells left free on both sides for the angles
CAR, CAR_ASCII = "▲", "A"
HERE, HERE_ASCII = "◆", "@"


@dataclass(frozen=True)
class Fan:
    """Steering and speed to dots of a canvas: the car at the bottom, straight on is up, left is left."""

    x: float
    y: float
    radius: float
    """Dots of the highest speed."""
    top_speed: float
    stretch: float
    """Degrees on the screen for one of steering; more than 1 in a low picture."""

    @classmethod
    def fit(cls, actions: Sequence[Action], width: int, height: int) -> Fan:
        """The largest fan of `actions` in `width` by `height` cells; its rim is a whole number of m/s."""
        across, down = max(1.0, width - LABEL) * 1.0, max(1.0, 4.0 * height - 8)
        edge = math.radians(min(WIDEST, max(STEEPEST, math.degrees(math.asin(min(1.0, across / down))))))
        radius = min(down, across / math.sin(edge))
        top = max(1.0, math.ceil(max((action.clipped.speed for action in actions), default=1.0)))
        return cls(width - 0.5, 4.0 * height - 4.0, radius, top, math.degrees(edge) / STEEPEST)

    def dot(self, steering: float, speed: float) -> tuple[float, float]:
        """Return the end point of an action, in dots from the top left."""
        turn = math.radians(steering * self.stretch)
        far = self.radius * speed / self.top_speed
        return self.x - far * math.sin(turn), self.y - far * math.cos(turn)

    def cell(self, steering: float, speed: float) -> tuple[int, int]:
        """Return the (column, row) of the cell in which an action ends."""
        x, y = self.dot(steering, speed)
        return int(x // 2), int(y // 4)


def draw_fan(
    space: ActionSpace,
    here: int,
    size: tuple[int, int],
    styles: tuple[Style, Style, Style],
    plain: bool = False,
) -> list[Text]:
    """The rows of the picture in `size` cells.

    `here` is the action that stands out, or -1; `styles` are those of points, rays and rings.
    """
    width, height = size
    canvas = Canvas(width, height, 3)
    if isinstance(space, Continuous):
        corners = [space.low, space.high]
        fan = Fan.fit(corners, width, height)
        _sector(canvas, fan, space.low.clipped, space.high.clipped)
    else:
        corners = list(space.actions)
        fan = Fan.fit(corners, width, height)
        _actions(canvas, fan, [action.clipped for action in corners], here, plain)
    _rings(canvas, fan, styles[RING], "30" if plain else "30°")
    chosen = Style(bold=True, reverse=True)
    if not isinstance(space, Continuous) and 0 <= here < len(corners):
        action = corners[here].clipped
        canvas.write(*fan.cell(action.steering, action.speed), HERE_ASCII if plain else HERE, styles[POINT] + chosen)
    canvas.write(int(fan.x // 2), height - 1, CAR_ASCII if plain else CAR, styles[POINT])
    return canvas.rows(styles, plain)


def _actions(canvas: Canvas, fan: Fan, actions: Sequence[Action], here: int, plain: bool) -> None:
    for steering in {action.steering for action in actions}:
        fastest = max(action.speed for action in actions if action.steering == steering)
        canvas.line((fan.x, fan.y), fan.dot(steering, fastest), RAY, every=3)
    for index, action in enumerate(actions):
        x, y = fan.dot(action.steering, action.speed)
        if index == here:
            canvas.line((fan.x, fan.y), (x, y), POINT)
        reach = (0,) if plain else (-1, 0, 1)
        for dx in reach:
            for dy in reach:
                canvas.dot(x + dx + 0.5, y + dy + 0.5, POINT)


def _sector(canvas: Canvas, fan: Fan, low: Action, high: Action) -> None:
    """Draw the outline of the ranges and fill it with single dots."""
    for speed in (low.speed, high.speed):
        _arc(canvas, fan, speed, (low.steering, high.steering), POINT)
    for steering in (low.steering, high.steering):
        canvas.line(fan.dot(steering, low.speed), fan.dot(steering, high.speed), POINT)
    first, last = sorted((low.steering, high.steering))
    slow, fast = sorted((low.speed, high.speed))
    for row in range(0, 4 * canvas.height, 3):
        for column in range(row % 2, 2 * canvas.width, 3):
            dx, dy = fan.x - column, fan.y - row
            speed = math.hypot(dx, dy) / fan.radius * fan.top_speed
            steering = math.degrees(math.atan2(dx, dy)) / fan.stretch
            if slow <= speed <= fast and first <= steering <= last:
                canvas.dot(column, row, RAY)


def _rings(canvas: Canvas, fan: Fan, style: Style, limit: str) -> None:
    """Draw an arc with its number for every whole m/s, and the steering limits at the rim."""
    for speed in range(1, int(fan.top_speed) + 1):
        _arc(canvas, fan, speed, (-STEEPEST, STEEPEST), RING, every=4)
        column, row = fan.cell(-STEEPEST, speed)
        _write(canvas, column + 1, row, str(speed) if speed < fan.top_speed else f"{speed} m/s", style)
    column, row = fan.cell(STEEPEST, fan.top_speed)
    _write(canvas, max(0, column - len(limit)), row, limit, style)


def _arc(canvas: Canvas, fan: Fan, speed: float, steering: tuple[float, float], layer: int, every: int = 1) -> None:
    first, last = steering
    length = abs(last - first) * math.radians(fan.stretch) * fan.radius * speed / fan.top_speed
    steps = max(1, int(length))
    for step in range(0, steps + 1, every):
        x, y = fan.dot(first + (last - first) * step / steps, speed)
        canvas.dot(x + 0.5, y + 0.5, layer)


def _write(canvas: Canvas, column: int, row: int, text: str, style: Style) -> None:
    column = max(0, min(column, canvas.width - len(text)))
    for offset, character in enumerate(text):
        canvas.write(column + offset, row, character, style)


class ActionFan(Drawing):
    """The fan as a widget."""

    DEFAULT_CSS = """
    ActionFan { height: 1fr; width: 1fr; min-height: 3; overflow: hidden; }
    """
    _space: ActionSpace | None = None
    _here = -1

    def show(self, space: ActionSpace | None, here: int = -1) -> None:
        """Show `space` with the action `here` (an index, -1 for none) highlighted; None shows `empty`."""
        if (space, here) != (self._space, self._here):
            self._space, self._here = space, here
            self.redraw()

    def draw(self, width: int, height: int) -> list[Text]:
        if self._space is None:
            return []
        styles = (self.tint("accent"), self.tint("info"), self.tint("muted"))
        return draw_fan(self._space, self._here, (width, height), styles, ascii_only(self.app))

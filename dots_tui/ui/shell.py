"""The App: panes, keys, palette, themes, status bar. Each pane implements its own behavior."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Callable, ClassVar, cast

from textual import events, on, work
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Static

from dots_tui.app.blocking import in_thread
from dots_tui.app.workspace import Workspace
from dots_tui.ui.account_messages import AccountChanged, BudgetChanged
from dots_tui.ui.background import in_background
from dots_tui.ui.commands import Command, CommandHost, bindings, command_keys
from dots_tui.ui.keymap import FILE as KEYMAP
from dots_tui.ui.keymap import checked, read_keymap
from dots_tui.ui.leaving import LeavingApp
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.splash import PANES
from dots_tui.ui.themes import load_themes
from dots_tui.ui.widgets.key_bar import KeyBar
from dots_tui.ui.widgets.key_order import KeyOrder
from dots_tui.ui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from dots_tui.aws.session import Identity

_PANE_CLASSES = {name: f"dots_tui.ui.panes.{name.lower()}.pane:{name}Pane" for name in PANES}
_WARM_UP_SECONDS = 0.3
"""Importing boto3 blocks the interpreter for half a second: paint the first frame before that."""
_STATUS_ORDER = ("run", "mode", "cost", "account", "region", "transport")


def _pane_class(title: str) -> type[Pane]:
    module, _, name = _PANE_CLASSES[title].partition(":")
    return cast("type[Pane]", getattr(import_module(module), name))


def _pane_commands() -> dict[str, Sequence[Command]]:
    return {title: _pane_class(title).ACTIONS for title in PANES}


class DotsApp(CommandHost, LeavingApp):
    """The terminal app. `guide` returns one line of guidance for the demo, or is None."""

    TITLE = "dots-tui"
    ENABLE_COMMAND_PALETTE = True
    CSS_PATH = Path(__file__).with_name("shell.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        *(
            Command(f"app.pane-{number}", name, f"Go to the {name} pane.", str(number), f"pane_{number}", show=False)
            for number, name in enumerate(PANES, start=1)
        ),
        Command(
            "app.palette",
            "Palette",
            "Find a command by name.",
            "colon",
            "command_palette",
            key_display=":",
        ),
        Command(
            "app.help",
            "Help",
            "Show the purpose and the keys of this pane.",
            "question_mark",
            "show_help",
            key_display="?",
        ),
        Command(
            "app.quit",
            "Quit",
            "Quit dots-tui; asks if something is unsaved.",
            "q,ctrl+q,ctrl+c",
            "quit_guarded",
            key_display="q",
        ),
        Command(
            "app.account",
            "Account",
            "Show the AWS account and when its credentials expire; choose profile, region and budget.",
            "at",
            "account",
            show=False,
            key_display="@",
        ),
        Command("app.doctor", "Doctor", "Check this machine and the terminal; asks AWS nothing.", "", "doctor"),
        Command("app.theme", "Theme", "Choose the theme; the choice is remembered.", "", "change_theme"),
    )
    BINDINGS = [
        *bindings(ACTIONS),
        Binding("escape", "blur_or_nothing", show=False),
    ]

    def __init__(self, workspace: Workspace, guide: Callable[[DotsApp], str] | None = None) -> None:
        super().__init__(workspace)
        self.ascii_only = "utf" not in (sys.stdout.encoding or "").lower()
        """True if the terminal only supports ASCII; the widgets then draw with other signs."""
        self._guide = guide
        self._status: dict[str, str] = {}
        self._panes: dict[int, Pane] = {}
        self._top = TopBar(PANES, id="top")
        self._current = 0
        self._key_order = KeyOrder(self)
        self._theme_problems = self._register_themes()
        self._keymap_chosen: Mapping[str, str] = {}

    def _register_themes(self) -> list[str]:
        themes, problems = load_themes(self.workspace.folders.config / "themes")
        for theme in themes:
            self.register_theme(theme)
        wanted = self.workspace.settings.theme
        self.theme = wanted if wanted in self.available_themes else themes[0].name
        return [str(problem) for problem in problems]

    # -- layout -----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        yield self._top
        yield Vertical(id="panes")
        yield Static(id="guide")
        yield KeyBar()

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit, 128 + number)
        self.show_pane(PANES.index("Training") if self.workspace.runs.selected is not None else 0)
        if self._guide is not None:
            self.query_one("#guide").display = True
            self.set_interval(0.5, self._show_guidance)
        self.set_interval(1.0, self.refresh_marks)
        self.theme_changed_signal.subscribe(self, lambda theme: self.workspace.settings_file.update(theme=theme.name))

    def on_ready(self) -> None:
        # Objects built at the start live as long as the app: exclude them from garbage collection.
        gc.freeze()
        gc.enable()
        for problem in filter(None, (*self._theme_problems, self.workspace.settings_file.problem)):
            self.notify(problem, severity="warning", timeout=10)
        self.set_status("mode", "read-only" if self.workspace.read_only else "")
        self.set_timer(_WARM_UP_SECONDS, self.identify)
        self._use_keymap()

    @work
    async def _use_keymap(self) -> None:
        """Apply the keys of `keymap.toml` that do not conflict."""
        keymap = read_keymap(self.workspace.folders.config / KEYMAP)
        if keymap.keys:
            panes = await in_thread(_pane_commands, name="keymap")
            keymap = checked(keymap, self.ACTIONS, panes)
            self._keymap_chosen = keymap.keys
            self.set_keymap(dict(keymap.keys))
        for problem in keymap.problems:
            self.notify(problem, title="Keymap", severity="warning", timeout=10)

    def command_keys(self, command: Command) -> str:
        """Return the display text of a command's keys, with the user's keymap."""
        return command_keys(command, self._keymap_chosen.get(command.id, ""))

    # -- panes ------------------------------------------------------------------------------------

    @property
    def pane(self) -> Pane:
        """The active pane."""
        return self._panes[self._current]

    @property
    def current_pane(self) -> int:
        """The 0-based number of the active pane."""
        return self._current

    def show_pane(self, index: int) -> Pane:
        """Activate pane `index` (0-based) and create it on first use."""
        if index in self._panes and index == self._current:
            return self._panes[index]
        if self._current in self._panes:
            self._panes[self._current].display = False
            self._panes[self._current].hidden()
        self._current = index
        self._top.current = index
        if index in self._panes:
            self._panes[index].display = True
            self._panes[index].shown()
        else:
            pane = _pane_class(PANES[index])()
            self._panes[index] = pane
            self.query_one("#panes").mount(pane)  # a mounted pane calls its `shown` itself
        return self._panes[index]

    def action_pane_1(self) -> None:
        self.show_pane(0)

    def action_pane_2(self) -> None:
        self.show_pane(1)

    def action_pane_3(self) -> None:
        self.show_pane(2)

    def action_pane_4(self) -> None:
        self.show_pane(3)

    def action_pane_5(self) -> None:
        self.show_pane(4)

    def on_top_bar_tab_chosen(self, message: TopBar.TabChosen) -> None:
        self.show_pane(message.index)

    async def on_event(self, event: events.Event) -> None:
        if not self._key_order.holds(event):
            await super().on_event(event)

    async def on_keys_passed(self) -> None:
        await self._key_order.release(super().on_event)

    def on_key(self, event: events.Key) -> None:
        self._key_order.hand_over(event)

    # -- status -----------------------------------------------------------------------------------

    def set_status(self, part: str, text: str) -> None:
        """Set a part of the status bar (one of _STATUS_ORDER); "" removes it."""
        self._status[part] = text
        self._top.status = tuple(filter(None, (self._status.get(name, "") for name in _STATUS_ORDER)))

    def refresh_marks(self) -> None:
        """Mark the tabs whose files have unsaved changes."""
        unsaved = self.workspace.unsaved()
        reward = "reward_function.py" in unsaved
        marked = {1} if reward else set()
        if len(unsaved) > reward:
            marked.add(0)
        self._top.marked = frozenset(marked)

    def identify(self) -> None:
        """Look up the AWS account in the background; this also imports boto3."""
        self.set_status("account", "AWS …")

        in_background(
            self, lambda _: self.workspace.aws().identity(), self._account_known, self.account_unknown, name="identity"
        )

    def _account_known(self, identity: Identity) -> None:
        self.workspace.identity = identity
        self.workspace.aws_trouble = None
        self.set_status("account", f"{identity.user}@{identity.account}")
        self.set_status("region", identity.region)

    def account_unknown(self, error: Exception) -> None:
        """Show in the status bar why the account is unknown; `@` shows the advice."""
        from dots_tui.app.account import short

        self.workspace.aws_trouble = error
        self.set_status("account", short(error))
        self.set_status("region", "")
        self.log("identity", error)

    def use_account(self, *, profile: str | None = None, region: str | None = None) -> None:
        """Switch to another profile or region, and reload all displayed data."""
        self.workspace.use(profile=profile, region=region)
        self._ask_account_again()

    @on(AccountChanged)
    def _ask_account_again(self) -> None:
        self.identify()
        for pane in self._panes.values():
            pane.account_changed()

    @on(BudgetChanged)
    def _plan_with_budget(self) -> None:
        for pane in self._panes.values():
            pane.budget_changed()

    @work
    async def action_account(self) -> None:
        from dots_tui.ui.account_dialogs import AccountDialogs

        await AccountDialogs(self, self.workspace).show()

    @work
    async def action_doctor(self) -> None:
        from dots_tui.ui.doctor_report import DoctorReport, report_of

        encoding = "ascii" if self.ascii_only else "utf-8"
        work = partial(report_of, (self.size.width, self.size.height), encoding, self.workspace.folders)
        await self.push_screen_wait(DoctorReport(await in_thread(work, name="doctor")))

    def _show_guidance(self) -> None:
        if self._guide is not None:
            self.query_one("#guide", Static).update(self._guide(self))

    # -- commands ---------------------------------------------------------------------------------

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        hosts: list[CommandHost] = [self.pane, self] if screen is self.screen_stack[0] else [self]
        for host in hosts:
            for command in host.ACTIONS:
                if command.id == "app.palette":
                    continue
                reason = command.unavailable(host)
                text = f"{command.help} Not now: {reason}" if reason else command.help
                title = f"{getattr(host, 'TITLE', '')}: {command.title}" if isinstance(host, Pane) else command.title
                yield SystemCommand(title, text, lambda host=host, command=command: host.run_command(command))

    def action_show_help(self) -> None:
        from dots_tui.ui.panes.help import HelpScreen

        self.push_screen(HelpScreen(self.pane.TITLE, self.pane.HELP_TEXT, (self.pane, self), self.command_keys))

    def action_blur_or_nothing(self) -> None:
        """Move the focus from a field to its pane."""
        if len(self.screen_stack) == 1:
            self.pane.shown()

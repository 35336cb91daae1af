"""Whose account it is: shown with what is wrong with the login, and profile, region and budget to choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Callable

from dots_tui.ui.background import Job, in_background
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.widgets.dialogs import Choose, Prompt

if TYPE_CHECKING:
    from dots_tui.aws.account import Credentials
    from dots_tui.aws.session import Aws, Identity
    from dots_tui.ui.shell import DotsApp

_FOUND = "as boto3 finds it"
_NO_CHOICE = ""
_SHORT = {
    "expired": "AWS login expired",
    "no-credentials": "no AWS credentials",
    "partial-credentials": "no AWS credentials",
    "no-region": "no AWS region",
    "profile": "AWS profile unusable",
    "invalid-keys": "AWS keys refused",
    "access-denied": "AWS permission missing",
    "throttled": "AWS busy",
    "unreachable": "AWS not reached",
    "clock": "clock is wrong",
}


@dataclass(frozen=True)
class AccountFacts:
    """What is known about the account; ``problem`` is what is in the way of knowing more, None when nothing is."""

    region: str
    identity: Identity | None
    credentials: Credentials | None
    cloudshell: bool
    login: str
    problem: Exception | None


def look(aws_of: Callable[[], Aws]) -> AccountFacts:
    """Ask AWS, in a thread: whatever is wrong is among the facts."""
    from dots_tui.aws import account
    from dots_tui.aws.problems import AwsProblem

    aws, identity, held, region, problem = None, None, None, "", None
    try:
        aws = aws_of()
        region = aws.region
        held = account.credentials(aws)
        identity = aws.identity()
    except AwsProblem as caught:
        problem = caught
    login = account.login_command(aws) if aws is not None and problem is not None else ""
    return AccountFacts(region, identity, held, account.in_cloudshell(), login, problem)


def short(error: Exception) -> str:
    """What is wrong with the account, in the few words the status bar has room for."""
    return _SHORT.get(getattr(error, "code", ""), "no AWS account")


def described(facts: AccountFacts, now: datetime, *, read_only: bool) -> str:
    """The facts as lines: who, until when, what is wrong and what to do."""
    lines = []
    if facts.identity is not None:
        lines.append(f"Account {facts.identity.account} as {facts.identity.user}")
        lines.append(facts.identity.arn)
    if facts.credentials is not None:
        lines.append(f"Credentials {lasting(facts.credentials, now)}")
    if facts.cloudshell:
        lines.append("This is AWS CloudShell: its own credentials and region are used.")
    if read_only:
        lines.append("Read-only: nothing in the account can be changed.")
    if facts.problem is not None:
        lines.append(str(facts.problem))
        if facts.login and getattr(facts.problem, "code", "") in ("expired", "no-credentials"):
            lines.append(f"In another terminal:  {facts.login}")
    return "\n".join(lines)


def lasting(held: Credentials, now: datetime) -> str:
    """How long credentials last, to be read after "Credentials"."""
    minutes = held.minutes_left(now)
    if minutes is None:
        return "are temporary; nothing says until when" if held.temporary else "do not end by themselves"
    if minutes < 0:
        return "have expired"
    again = ", then they are renewed by themselves" if held.renewed else ""
    return f"are good for {minutes} min{again}"


def show(app: DotsApp) -> None:
    """Look at the account, then show it."""
    in_background(
        app,
        lambda _: look(app.workspace.aws),
        lambda facts: _show(app, facts),
        lambda error: _tell(app, error),
        name="account",
    )


def _show(app: DotsApp, facts: AccountFacts) -> None:
    settings = app.workspace.settings
    options = [
        ("profile", f"Profile         {settings.profile or _FOUND}"),
        ("region", f"Region          {settings.region or facts.region or 'none'}"),
        ("regions", f"Looked at too   {settings.regions or 'no other region'}"),
        ("budget", f"Budget a run    {settings.budget + ' USD' if settings.budget else 'none'}"),
        ("again", "Ask AWS again"),
    ]
    steps = {"profile": choose_profile, "region": choose_region, "regions": choose_regions, "budget": ask_budget}

    def chosen(value: str | None) -> None:
        if value == "again":
            app.use_account()
            show(app)
        elif value is not None:
            steps[value](app)

    text = described(facts, datetime.now(timezone.utc), read_only=app.workspace.read_only)
    app.push_screen(Choose("AWS account", options, body=text), chosen)


def _tell(app: DotsApp, error: Exception) -> None:
    app.notify(str(error), title="AWS account", severity="error", timeout=10)


def choose_profile(app: DotsApp) -> None:
    """Choose among the profiles of ~/.aws."""

    def names(_: Job) -> list[str]:
        from dots_tui.aws.session import profiles

        return profiles()

    def listed(found: list[str]) -> None:
        options = [(_NO_CHOICE, _FOUND), *((name, name) for name in found)]
        body = "" if found else "There is no profile in ~/.aws/config yet: aws configure makes one."

        def chosen(value: str | None) -> None:
            if value is not None:
                app.use_account(profile=value, region="")
                show(app)

        dialog = Choose("AWS profile", options, body=body, current=app.workspace.settings.profile)
        app.push_screen(dialog, chosen)

    in_background(app, names, listed, lambda error: _tell(app, error), name="profiles")


def choose_region(app: DotsApp) -> None:
    """Choose among the regions the account has enabled."""

    def listed(found: list[str], body: str) -> None:
        def chosen(value: str | None) -> None:
            if value is not None:
                app.use_account(region=value)

        options = [(name, name) for name in found]
        current = app.workspace.settings.region or (found[0] if found else "")
        app.push_screen(Choose("AWS region", options, body=body, current=current), chosen)

    _with_regions(app, listed)


def choose_regions(app: DotsApp) -> None:
    """Switch regions on and off that are looked at beside the one in use; it comes back until it is left."""

    def listed(found: list[str], body: str) -> None:
        here, *others = found
        asked = "Stacks and prices of these are shown beside those here."

        def once(picked: tuple[str, ...], current: str = "") -> None:
            def chosen(value: str | None) -> None:
                if value is None:
                    app.look_at(picked)
                elif value in picked:
                    once(tuple(name for name in picked if name != value), value)
                else:
                    once((*picked, value), value)

            options = [(name, f"[{'x' if name in picked else ' '}] {name}") for name in others]
            dialog = Choose(f"Regions beside {here}", options, body=f"{asked} {body} esc when done.", current=current)
            app.push_screen(dialog, chosen)

        once(tuple(name for name in app.workspace.settings.regions.split(",") if name in others))

    _with_regions(app, listed)


def _with_regions(app: DotsApp, listed: Callable[[list[str], str], None]) -> None:
    def ask(_: Job) -> tuple[list[str], str]:
        from dots_tui.aws.account import regions_or_known

        names, problem = regions_or_known(app.workspace.aws())
        why = "" if problem is None else f"These are well-known ones: {problem.what}"
        return names, why

    in_background(app, ask, lambda found: listed(*found), lambda error: _tell(app, error), name="regions")


def ask_budget(app: DotsApp) -> None:
    """What a launch may cost at most: it becomes the time to live."""

    def answered(text: str | None) -> None:
        if text is not None:
            app.workspace.settings_file.update(budget=text.strip())
            for pane in app.screen_stack[0].query(Pane):
                pane.budget_changed()

    label = "USD a launch may cost at most; the time to live is made to fit. Empty: no budget."
    app.push_screen(Prompt("Budget", label, app.workspace.settings.budget, budget_problem), answered)


def budget_problem(text: str) -> str:
    """What is wrong with a budget; "" when nothing is."""
    text = text.strip()
    if not text:
        return ""
    try:
        value = float(text)
    except ValueError:
        return "A number, such as 2.50."
    return "" if 0 < value < 100_000 else "More than 0."

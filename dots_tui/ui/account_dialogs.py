"""The account dialog: shows the AWS account in use, and changes profile, regions and budget."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from dots_tui.app import account
from dots_tui.app.blocking import in_thread
from dots_tui.ui.account_messages import AccountChanged, BudgetChanged
from dots_tui.ui.widgets.dialogs import Choose, Prompt

if TYPE_CHECKING:
    from textual.app import App

    from dots_tui.app.workspace import Workspace

_DEFAULT_PROFILE = "default of boto3"


class AccountDialogs:
    """The dialogs about the account, run one after another in a worker.

    Each choice changes the workspace and is then posted to the app.
    """

    def __init__(self, app: App[int], workspace: Workspace) -> None:
        self._app = app
        self._workspace = workspace

    async def show(self) -> None:
        """Show the account until the user leaves the dialog or makes a choice that ends it."""
        from dots_tui.aws.problems import AwsProblem

        try:
            while await self._step():
                pass
        except AwsProblem as problem:
            self._app.notify(str(problem), title="AWS account", severity="error", timeout=10)

    async def _step(self) -> bool:
        """Show the account once and do the chosen action. Return True if the account is to be shown again."""
        facts = await in_thread(lambda: account.look(self._workspace.aws), name="account")
        choice = await self._app.push_screen_wait(self._overview(facts))
        if choice == "again":
            self._workspace.log_in_again()
            self._app.post_message(AccountChanged())
            return True
        if choice == "profile":
            return await self._choose_profile()
        if choice == "region":
            await self._choose_region()
        elif choice == "regions":
            await self._choose_regions()
        elif choice == "budget":
            await self._ask_budget()
        return False

    def _overview(self, facts: account.AccountFacts) -> Choose:
        settings = self._workspace.settings
        options = [
            ("profile", f"Profile         {settings.profile or _DEFAULT_PROFILE}"),
            ("region", f"Region          {settings.region or facts.region or 'none'}"),
            ("regions", f"Other regions   {settings.regions or 'none'}"),
            ("budget", f"Budget a run    {settings.budget + ' USD' if settings.budget else 'none'}"),
            ("again", "Ask AWS again"),
        ]
        read_only = self._workspace.read_only
        text = account.described(facts, datetime.now(timezone.utc), read_only=read_only, saved_region=settings.region)
        return Choose("AWS account", options, body=text)

    async def _choose_profile(self) -> bool:
        """Choose one of the profiles of ~/.aws. Return True if another profile was chosen."""
        from dots_tui.aws.session import profiles

        found = await in_thread(profiles, name="profiles")
        options = [("", _DEFAULT_PROFILE), *((name, name) for name in found)]
        body = "" if found else "No profile in ~/.aws/config. `aws configure` creates one."
        dialog = Choose("AWS profile", options, body=body, current=self._workspace.settings.profile)
        profile = await self._app.push_screen_wait(dialog)
        if profile is None:
            return False
        self._workspace.use(profile=profile, region="")
        self._app.post_message(AccountChanged())
        return True

    async def _choose_region(self) -> None:
        """Choose one of the regions enabled in the account."""
        found, body = await self._regions()
        current = self._workspace.settings.region or (found[0] if found else "")
        dialog = Choose("AWS region", [(name, name) for name in found], body=body, current=current)
        region = await self._app.push_screen_wait(dialog)
        if region is not None:
            self._workspace.use(region=region)
            self._app.post_message(AccountChanged())

    async def _choose_regions(self) -> None:
        """Toggle other regions until the dialog is left."""
        found, body = await self._regions()
        here, *others = found
        picked = [name for name in self._workspace.settings.regions.split(",") if name in others]
        body = f"Stacks and prices of these regions are listed too. {body} esc when done."
        current = ""
        while True:
            options = [(name, f"[{'x' if name in picked else ' '}] {name}") for name in others]
            dialog = Choose(f"Regions beside {here}", options, body=body, current=current)
            choice = await self._app.push_screen_wait(dialog)
            if choice is None:
                break
            current = choice
            picked = [name for name in picked if name != choice] if choice in picked else [*picked, choice]
        self._workspace.settings_file.update(regions=",".join(picked))
        self._app.post_message(AccountChanged())

    async def _regions(self) -> tuple[list[str], str]:
        """Return the regions to choose from, and why they may be incomplete."""
        from dots_tui.aws.account import regions_or_known

        names, problem = await in_thread(lambda: regions_or_known(self._workspace.aws()), name="regions")
        return names, "" if problem is None else f"These are the well-known regions: {problem.what}"

    async def _ask_budget(self) -> None:
        """Ask for the maximum cost of a launch."""
        label = "USD a launch may cost at most; it sets the time to live. Empty: no budget."
        dialog = Prompt("Budget", label, self._workspace.settings.budget, account.budget_problem)
        text = await self._app.push_screen_wait(dialog)
        if text is not None:
            self._workspace.settings_file.update(budget=text.strip())
            self._app.post_message(BudgetChanged())

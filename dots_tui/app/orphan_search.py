"""The search for orphans: abandoned resources in all regions, verified again before an action is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from dots_tui.app.port import Confirmation, FlowNote, Port, Selection
from dots_tui.problems import problem_of

if TYPE_CHECKING:
    from dots_tui.aws.orphans import Orphan, Orphans
    from dots_tui.aws.session import Aws

UNSURE = "unsure"


class OrphanSearch:
    """The known orphans. `result` is None until a search has ended, `problem` is the error of the last search."""

    def __init__(self, aws_of: Callable[[], Aws]) -> None:
        self._aws_of = aws_of
        self.result: Orphans | None = None
        self.problem = ""

    def forget(self) -> None:
        """Discard the result, because it belongs to another account."""
        self.result, self.problem = None, ""

    async def search(self, port: Port) -> Orphans:
        """Search all regions of the account. Raises AwsProblem."""
        try:
            self.result = await port.work(self._search)
        except Exception as error:
            self.problem = problem_of(error).what
            raise
        self.problem = ""
        return self.result

    def _search(self) -> Orphans:
        from dots_tui.aws.account import regions_or_known
        from dots_tui.aws.orphans import look

        aws = self._aws_of()
        return look(aws, regions_or_known(aws)[0])

    @property
    def words(self) -> str:
        """Return the result in a few words."""
        if self.problem:
            return f"orphans: not known, {self.problem}"
        if self.result is None:
            return "orphans: looking …"
        regions, dark = len(self.result.regions), len(self.result.problems)
        beside = f", {dark} regions not looked into" if dark else ""
        sure = [one for one in self.result.found if one.sure]
        unsure = len(self.result.found) - len(sure)
        if not self.result.found:
            return f"orphans: none in {regions} regions{beside}"
        if not sure:
            return f"orphans: none for sure, {unsure} to look at{beside} (o shows them)"
        costing = sum(one.costs for one in sure)
        cost = f", {costing} of them cost money" if costing and costing < len(sure) else ", which cost money"
        more = f", {unsure} to look at" if unsure else ""
        return f"orphans: {len(sure)}{cost if costing else ''}{more}{beside} (o shows them)"

    @property
    def costs(self) -> bool:
        """Return true if a confirmed orphan costs money."""
        return self.result is not None and any(one.costs and one.sure for one in self.result.found)

    async def choose_command(self, port: Port) -> str:
        """Show the current orphans; return the command that deletes the chosen one, "" if there is none to copy.

        The chosen orphan is verified again after confirmation. Raises AwsProblem.
        """
        port.tell(FlowNote("Looking into all regions of the account …"))
        result = await self.search(port)
        where = f"Looked into {len(result.regions)} regions."
        if result.problems:
            where += " Not into " + "; ".join(f"{name}: {one.what}" for name, one in sorted(result.problems.items()))
        if not result.found:
            port.tell(FlowNote(f"{where} Nothing is left behind.", "Orphans"))
            return ""
        options = [(str(index), _line(one)) for index, one in enumerate(result.found)]
        chosen = await port.ask(Selection("Left behind", options, where))
        return "" if chosen is None else await self._advise(port, result.found[int(chosen)])

    async def _advise(self, port: Port, orphan: Orphan) -> str:
        body = f"{orphan.kind} {orphan.id} in {orphan.region}: {orphan.why}.\n\n{orphan.advice}"
        if not orphan.command:
            title = "Not sure that it is left behind" if not orphan.sure else "What to do"
            await port.ask(Confirmation(title, body, yes="", no="Close"))
            return ""
        question = Confirmation("What to do", f"{body}\n\n{orphan.command}", yes="Copy the command", no="Close")
        if not await port.ask(question):
            return ""
        now = await port.work(lambda: self._look_again(orphan))
        if now is None or not now.sure:
            what = "is not left behind any more" if now is None else f"may be in use: {now.why}"
            port.tell(FlowNote(f"{orphan.kind} {orphan.id} {what}. Nothing was copied.", "Orphans"))
            return ""
        return now.command

    def _look_again(self, orphan: Orphan) -> Orphan | None:
        from dots_tui.aws.orphans import look_again

        return look_again(self._aws_of(), orphan)


def _line(orphan: Orphan) -> str:
    doubt = "" if orphan.sure else f"{UNSURE}: "
    return f"{orphan.region:<14} {orphan.kind:<9} {orphan.id}  {doubt}{orphan.why}"

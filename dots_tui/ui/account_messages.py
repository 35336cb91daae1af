"""Changes made in the account dialog, posted to the app after the workspace has applied them."""

from __future__ import annotations

from textual.message import Message


class AccountChanged(Message):
    """A new profile, region or list of regions: the displayed AWS data is outdated."""


class BudgetChanged(Message):
    """A new budget: an earlier launch plan is outdated."""
